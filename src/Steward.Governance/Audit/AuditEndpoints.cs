using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Governance.Audit;

/// <summary>The audit log over HTTP.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        var audit = api.MapGroup("/audit").WithTags("Audit");
        audit.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListAudit")
            .WithSummary("Rows of the audit log, newest first, all or those of one kind, actor, service or correlation id");
        audit.MapPost("/verify", async (AuditAnchor? anchor, VerifyAudit verify, CancellationToken cancellationToken) =>
                TypedResults.Ok(await verify.HandleAsync(anchor is null ? null : (anchor.Seq, anchor.Hash), cancellationToken)))
            .RequireAuthorization(Scopes.Read).WithName("VerifyAudit").WithSummary("Reads the whole log and checks its chain, against an anchor where one is given");
        audit.MapGet("/export", (AuditLog log, CancellationToken cancellationToken) => TypedResults.Stream(
                body => WriteAsync(log, body, cancellationToken), "application/jsonl", "steward-audit.jsonl"))
            .RequireAuthorization(Scopes.Read).WithName("ExportAudit").WithSummary("The whole log, oldest first, one JSON object a line");
    }

    private static async Task<Results<Ok<Page<AuditRow>>, ProblemHttpResult>> ListAsync(
        string? kind, string? actor, string? service, string? correlation, int? limit, string? after, AuditLog log, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after, static cursor => long.TryParse(cursor, CultureInfo.InvariantCulture, out _));
        return page.IsRefused
            ? Answers.Of(page.Refusal)
            : TypedResults.Ok(await log.ListAsync(new AuditFilter(kind, actor, service, correlation), page.Value, cancellationToken));
    }

    private static async Task WriteAsync(AuditLog log, Stream body, CancellationToken cancellationToken)
    {
        await using var lines = new StreamWriter(body, leaveOpen: true) { NewLine = "\n" };
        await foreach (var row in log.AllAsync(cancellationToken))
        {
            await lines.WriteLineAsync(Json.Write(row).AsMemory(), cancellationToken);
        }
    }
}

/// <summary>A row of the log as it was noted elsewhere.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Hash">Its hash.</param>
internal sealed record AuditAnchor(long Seq, string Hash);
