using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.Railway;

/// <summary>Posts an event on each change of a status. Railway's retries are not documented: there are none.</summary>
internal sealed class RailwayEvents(EventQueue queue)
{
    private volatile Uri? receiver;

    public void SendTo(Uri? uri) => receiver = uri;

    public void Publish(Deployment deployment)
    {
        if (receiver is { } uri)
        {
            var body = Body(deployment);
            queue.Publish(() => new HttpRequestMessage(HttpMethod.Post, uri) { Content = JsonContent.Create(body) });
        }
    }

    private static JsonObject Body(Deployment deployment) => new()
    {
        ["type"] = "DEPLOY",
        ["status"] = deployment.Status,
        ["project"] = new JsonObject { ["id"] = deployment.Owner.Environment.ProjectId, ["name"] = RailwaySchema.ProjectName },
        ["environment"] = new JsonObject { ["id"] = deployment.Owner.Environment.Id, ["name"] = deployment.Owner.Environment.Name },
        ["service"] = new JsonObject { ["id"] = deployment.Owner.ServiceId, ["name"] = deployment.Owner.Name },
        ["deployment"] = new JsonObject { ["id"] = deployment.Id, ["status"] = deployment.Status, ["url"] = deployment.Host },
        ["timestamp"] = deployment.StatusUpdatedAt.ToString("O"),
    };
}
