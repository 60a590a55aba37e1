using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Server.Entry;

/// <summary>Keys over HTTP.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Keys");
        keys.MapGet("/current", (ClaimsPrincipal user) => TypedResults.Ok(new CurrentKey(user.Actor().Name, [.. user.FindAll(KeyAuthentication.ScopeClaim).Select(claim => claim.Value)])))
            .WithName("ShowCurrentKey").WithSummary("Whose key this request came with and what it may do");
        keys.MapGet("", ListAsync).RequireAuthorization(Scopes.Admin).WithName("ListKeys").WithSummary("Keys, newest first, without the keys themselves");
        keys.MapPost("", async (NewKey? wish, ClaimsPrincipal user, CreateKey create, CancellationToken cancellationToken) =>
                Answers.Made(await create.HandleAsync(wish ?? new(null, null, null), user.Actor(), cancellationToken), made => $"/api/keys/{made.Details.Id}"))
            .RequireAuthorization(Scopes.Admin).WithName("CreateKey").WithSummary("Makes a key; the answer is the only place that ever shows it");
        keys.MapDelete("/{id:guid}", async (Guid id, ClaimsPrincipal user, RevokeKey revoke, CancellationToken cancellationToken) =>
                Answers.From(await revoke.HandleAsync(id, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Admin).WithName("RevokeKey").WithSummary("Revokes a key for good; not the last one that can make keys");
    }

    private static async Task<Results<Ok<Page<ApiKey>>, ProblemHttpResult>> ListAsync(int? limit, string? after, Database database, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        return page.IsRefused
            ? Answers.Of(page.Refusal)
            : TypedResults.Ok(await database.ReadAsync(session => KeyStore.ListAsync(session, page.Value), cancellationToken));
    }

    private sealed record CurrentKey(string Actor, IReadOnlyList<string> Scopes);
}
