using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.Railway;

/// <summary>The services themselves, as their users meet them.</summary>
internal sealed class DeployedApi(RailwayPlatform platform, Exchange exchange)
{
    public static string HealthPath(RailwayEnvironment environment, string service) =>
        $"/environments/{Uri.EscapeDataString(environment.Name)}/services/{Uri.EscapeDataString(service)}/health";

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/environments/{environment}/services/{name}/health",
        (HttpContext context, string environment, string name) => exchange.AnswerAsync(context, Systems.Deployed, "Health", () => Health(environment, name)));

    private Reply Health(string environment, string name)
    {
        lock (platform.Sync)
        {
            return platform.Environments.FirstOrDefault(one => one.Name == environment)?.Services.Find(service => service.Name == name)?.Active switch
            {
                { IsServing: true, Fate: DeploymentFate.ServesErrors } => new Reply(500, """{"status":"unhealthy"}"""u8.ToArray()),
                { IsServing: true } => new Reply(200, """{"status":"healthy"}"""u8.ToArray()),
                // What the platform's edge answers when nothing runs behind it.
                _ => new Reply(503, """{"status":"error","message":"Application failed to respond"}"""u8.ToArray()),
            };
        }
    }
}
