using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Operations.Deployments;

/// <summary>The deployments that were followed, over HTTP.</summary>
internal static class DeploymentEndpoints
{
    public static void MapDeployments(this IEndpointRouteBuilder api) =>
        api.MapGroup("/deployments").WithTags("Operations").RequireAuthorization(Scopes.Read)
            .MapGet("", ListAsync).WithName("ListDeployments").WithSummary("Deployments as Steward has followed them, newest first, all or those of one service");

    private static async Task<Results<Ok<Page<Deployment>>, ProblemHttpResult>> ListAsync(
        string? service, int? limit, string? after, Database database, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after, DeploymentStore.IsCursor);
        return page.IsRefused
            ? Answers.Of(page.Refusal)
            : TypedResults.Ok(await database.ReadAsync(session => DeploymentStore.ListAsync(session, service, page.Value), cancellationToken));
    }
}
