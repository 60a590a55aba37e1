using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Operations.Deploys;

/// <summary>Deploys over HTTP: ask for one, follow it, call it off.</summary>
internal static class DeployEndpoints
{
    public static void MapDeploys(this IEndpointRouteBuilder api)
    {
        var deploys = api.MapGroup("/deploys").WithTags("Deploys");
        deploys.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListDeploys")
            .WithSummary("What people asked to deploy or roll back, newest first; open=true for what is under way");
        deploys.MapGet("/{id:guid}", async (Guid id, Database database, CancellationToken cancellationToken) =>
                Answers.Found(await database.ReadAsync(session => DeployStore.FindAsync(session, id), cancellationToken), "deploy", id))
            .RequireAuthorization(Scopes.Read).WithName("ShowDeploy").WithSummary("One deploy: how far it has come and what it waits for");
        deploys.MapPost("", async (DeployRequest request, ClaimsPrincipal user, StartDeploy start, CancellationToken cancellationToken) =>
                Answers.Made(await start.HandleAsync(request, user.Actor(), cancellationToken), Location))
            .RequireAuthorization(Scopes.Operate).WithName("StartDeploy").WithSummary("Deploys a pull request (checks, merge, deployment, verification) or a service");
        deploys.MapPost("/{id:guid}/cancel", async (Guid id, ClaimsPrincipal user, CancelDeploy cancel, CancellationToken cancellationToken) =>
                Answers.From(await cancel.HandleAsync(id, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("CancelDeploy").WithSummary("Calls a deploy off, as long as the provider was not asked to begin");
        api.MapPost("/rollbacks", async (RollbackRequest request, ClaimsPrincipal user, StartDeploy start, CancellationToken cancellationToken) =>
                Answers.Made(await start.HandleAsync(request, user.Actor(), cancellationToken), Location))
            .WithTags("Deploys").RequireAuthorization(Scopes.Operate).WithName("StartRollback").WithSummary("Goes back to an earlier deployment of a service, and verifies it");
    }

    private static string Location(Deploy deploy) => $"/api/deploys/{deploy.Id}";

    private static async Task<Results<Ok<Page<Deploy>>, ProblemHttpResult>> ListAsync(
        string? service, int? pullRequest, bool? open, int? limit, string? after, Database database, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        return page.IsRefused
            ? Answers.Of(page.Refusal)
            : TypedResults.Ok(await database.ReadAsync(session => DeployStore.ListAsync(session, service, pullRequest, open == true, page.Value), cancellationToken));
    }
}
