using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.Railway;

/// <summary>The services themselves, as their users meet them.</summary>
internal sealed class DeployedApi(RailwayProject project, Exchange exchange)
{
    public static string HealthPath(string service) => $"/services/{Uri.EscapeDataString(service)}/health";

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/services/{name}/health", (HttpContext context, string name) =>
        exchange.AnswerAsync(context, Systems.Deployed, "Health", () => Health(name)));

    private Reply Health(string name)
    {
        lock (project.Sync)
        {
            return project.Services.Find(service => service.Name == name)?.Active switch
            {
                { IsServing: true, Fate: DeploymentFate.ServesErrors } => new Reply(500, """{"status":"unhealthy"}"""u8.ToArray()),
                { IsServing: true } => new Reply(200, """{"status":"healthy"}"""u8.ToArray()),
                // What the platform's edge answers when nothing runs behind it.
                _ => new Reply(503, """{"status":"error","message":"Application failed to respond"}"""u8.ToArray()),
            };
        }
    }
}
