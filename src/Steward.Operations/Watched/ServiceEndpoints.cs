using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Governance.Calls;
using Steward.Governance.Policies;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Operations.Watched;

/// <summary>A watched service, as people want to see it at a glance.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">Where its latest deployment is; null when it has none.</param>
/// <param name="Version">What its latest deployment deployed.</param>
/// <param name="Health">What the health checks say.</param>
/// <param name="HealthDetail">What the last failed one said.</param>
/// <param name="Autonomy">At which level it is run.</param>
/// <param name="DeploymentId">Its latest deployment.</param>
/// <param name="SeenAt">When it was first listed, or last changed.</param>
/// <param name="IsWatched">False when it is left alone.</param>
internal sealed record ServiceView(
    string Id, string Name, DeploymentState? State, string? Version, ServiceHealth Health, string? HealthDetail, AutonomyLevel Autonomy, string? DeploymentId, DateTimeOffset SeenAt, bool IsWatched);

/// <summary>Whether a service is to be watched.</summary>
/// <param name="Watched">False to leave it alone.</param>
internal sealed record WatchWish(bool Watched);

/// <summary>The watched services, over HTTP.</summary>
internal static class ServiceEndpoints
{
    public static void MapServices(this IEndpointRouteBuilder api)
    {
        var services = api.MapGroup("/services").WithTags("Operations");
        services.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListServices")
            .WithSummary("The watched services by name, with the state of their latest deployment");
        services.MapPut("/{name}/watched", async (string name, WatchWish wish, ClaimsPrincipal user, SetWatched set, CancellationToken cancellationToken) =>
                Answers.From(await set.HandleAsync(name, wish.Watched, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("WatchService").WithSummary("Has a service watched, or left alone");
    }

    private static async Task<Results<Ok<Page<ServiceView>>, ProblemHttpResult>> ListAsync(
        int? limit, string? after, Database database, PolicyFile policies, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after, static _ => true);
        if (page.IsRefused)
        {
            return Answers.Of(page.Refusal);
        }

        var (services, deployments) = await database.ReadAsync(async session =>
            (await ServiceStore.AllAsync(session), await DeploymentStore.RecentAsync(session)), cancellationToken);
        var policy = policies.Current();
        var views = services
            .Where(service => after is null || string.CompareOrdinal(service.Name, after) > 0)
            .OrderBy(service => service.Name, StringComparer.Ordinal)
            .Take(page.Value.Limit + 1)
            .Select(service =>
            {
                var latest = deployments[service.Id].FirstOrDefault(deployment => deployment.Id == service.DeploymentId);
                return new ServiceView(service.Id, service.Name, latest?.State, latest?.Version, service.Health, service.HealthDetail,
                    policy.LevelOf(service.Name), service.DeploymentId, service.SeenAt, service.IsWatched);
            })
            .ToList();
        return TypedResults.Ok(page.Value.Page(views, view => view.Name));
    }
}
