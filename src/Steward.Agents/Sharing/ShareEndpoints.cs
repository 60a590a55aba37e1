using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Agents.Sharing;

/// <summary>Agents as files, and who signs those, over HTTP.</summary>
internal static class ShareEndpoints
{
    private const int FingerprintLength = 64;

    public static void MapSharing(this IEndpointRouteBuilder api)
    {
        var agents = api.MapGroup("/agents").WithTags("Agents");
        agents.MapGet("/{agent}/export", async (string agent, ClaimsPrincipal user, ExportAgent export, CancellationToken cancellationToken) =>
                Answers.From(await export.HandleAsync(agent, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Read).WithName("ExportAgent").WithSummary("An agent as one file, without secrets, signed by this server");
        agents.MapPost("/import", async (ImportWish wish, ClaimsPrincipal user, ImportAgent import, CancellationToken cancellationToken) =>
                Answers.Made(await import.HandleAsync(wish, user.Actor(), cancellationToken), agent => $"/api/agents/{agent.Id}"))
            .WithMetadata(FileSize.One).RequireAuthorization(Scopes.Operate).WithName("ImportAgent")
            .WithSummary("Makes an agent of a file that its signer has not altered and that is known here, or is trusted by this request; compiled, tested and checked as every agent");
        agents.MapPost("/import/check", async (ImportWish wish, ImportAgent import, CancellationToken cancellationToken) => Answers.From(await import.CheckAsync(wish, cancellationToken)))
            .WithMetadata(FileSize.One).RequireAuthorization(Scopes.Operate).WithName("CheckImport").WithSummary("Says what is in a file and who signed it, and makes nothing");
        agents.MapGet("/signer", async (ClaimsPrincipal user, Signers signers, CancellationToken cancellationToken) => TypedResults.Ok(await signers.OwnAsync(user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Read).WithName("ShowSigner").WithSummary("By what others know the files of this server");
        agents.MapGet("/signers", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListSigners").WithSummary("The servers whose files are trusted here");
        agents.MapDelete("/signers/{fingerprint}", async (string fingerprint, ClaimsPrincipal user, Signers signers, CancellationToken cancellationToken) =>
                Answers.From(await signers.ForgetAsync(fingerprint, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("ForgetSigner").WithSummary("Trusts the files of a server no longer; agents that were made from them stay");
    }

    private static async Task<Results<Ok<Page<TrustedSigner>>, ProblemHttpResult>> ListAsync(int? limit, string? after, Database database, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after, static cursor => cursor.Length == FingerprintLength && cursor.All(char.IsAsciiHexDigitLower));
        return page.IsRefused ? Answers.Of(page.Refusal) : TypedResults.Ok(await database.ReadAsync(session => SignerStore.ListAsync(session, page.Value), cancellationToken));
    }

    // A file may be longer than what else is sent here.
    private sealed class FileSize : IRequestSizeLimitMetadata
    {
        public static FileSize One { get; } = new();

        public long? MaxRequestBodySize => AgentFile.Longest;
    }
}
