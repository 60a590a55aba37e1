using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Operations.Findings;

/// <summary>That a finding is over.</summary>
/// <param name="Reason">Why, in a person's words; at most 500 characters.</param>
internal sealed record CloseWish(string? Reason);

/// <summary>What was found, over HTTP.</summary>
internal static class FindingEndpoints
{
    public static void MapFindings(this IEndpointRouteBuilder api)
    {
        var findings = api.MapGroup("/findings").WithTags("Operations");
        findings.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListFindings")
            .WithSummary("What was found, newest first, all or those of one state (open, which are all that have not ended; waiting, recovering, recovered, closed, stuck) or service");
        findings.MapGet("/{id:guid}", async (Guid id, Database database, CancellationToken cancellationToken) =>
                Answers.Found(await database.ReadAsync(session => FindingStore.FindAsync(session, id), cancellationToken), "finding", id))
            .RequireAuthorization(Scopes.Read).WithName("ShowFinding").WithSummary("One finding with its evidence, decisions and outcome");
        findings.MapPost("/{id:guid}/close", async (Guid id, CloseWish? wish, ClaimsPrincipal user, CloseFinding close, CancellationToken cancellationToken) =>
                Answers.From(await close.HandleAsync(id, wish?.Reason, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("CloseFinding").WithSummary("Ends a finding because a person says that it is over");
    }

    private static async Task<Results<Ok<Page<Finding>>, ProblemHttpResult>> ListAsync(
        string? state, string? service, int? limit, string? after, Database database, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        return QueryWord.Read<FindingState>("state", state, out var wanted) is { } unknown ? Answers.Of(unknown)
            : page.IsRefused ? Answers.Of(page.Refusal)
            : TypedResults.Ok(await database.ReadAsync(session => FindingStore.ListAsync(session, wanted, service, page.Value), cancellationToken));
    }
}
