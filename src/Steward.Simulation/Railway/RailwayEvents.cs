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

    // As in Railway's documentation today; it used to have the members of "resource" beside "type".
    private static JsonObject Body(Deployment deployment)
    {
        var environment = deployment.Owner.Environment;
        return new JsonObject
        {
            ["type"] = $"Deployment.{Word(deployment.Status)}",
            ["details"] = new JsonObject
            {
                ["id"] = deployment.Id,
                ["source"] = "GitHub",
                ["status"] = deployment.Status,
                ["branch"] = "main",
                ["commitHash"] = deployment.Commit,
                ["commitMessage"] = $"Change {deployment.Commit}",
            },
            ["resource"] = new JsonObject
            {
                ["project"] = new JsonObject { ["id"] = environment.ProjectId, ["name"] = RailwaySchema.ProjectName },
                ["environment"] = new JsonObject { ["id"] = environment.Id, ["name"] = environment.Name, ["isEphemeral"] = false },
                ["service"] = new JsonObject { ["id"] = deployment.Owner.ServiceId, ["name"] = deployment.Owner.Name },
                ["deployment"] = new JsonObject { ["id"] = deployment.Id },
            },
            ["severity"] = deployment.Status is RailwayStatus.Failed or RailwayStatus.Crashed ? "WARNING" : "INFO",
            ["timestamp"] = deployment.StatusUpdatedAt.ToString("O"),
        };
    }

    private static string Word(string status) => status switch
    {
        RailwayStatus.Success => "deployed",
        RailwayStatus.Sleeping => "slept",
        _ => status.ToLowerInvariant(),
    };
}
