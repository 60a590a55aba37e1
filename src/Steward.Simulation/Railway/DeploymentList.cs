using System.Text.Json.Nodes;
using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>The query "deployments": newest first, filtered by what DeploymentListInput names.</summary>
internal static class DeploymentList
{
    public static ConnectionPage<Deployment> Page(RailwayProject project, Arguments given)
    {
        var input = given.Object("input");
        RailwaySchema.CheckScope(project, Text(input, "projectId"), Text(input, "environmentId"));
        var serviceId = Text(input, "serviceId");
        var wanted = Statuses(input, "in");
        var unwanted = Statuses(input, "notIn");
        var found = project.Services
            .Where(service => serviceId is null || service.ServiceId == serviceId)
            .SelectMany(service => service.Deployments)
            .Where(one => (wanted is null || wanted.Contains(one.Status)) && unwanted?.Contains(one.Status) != true)
            .OrderByDescending(one => one.Number);
        return Connections.Cut([.. found], given, one => one.Id);
    }

    private static string? Text(JsonObject input, string name) => input[name]?.GetValue<string>();

    private static HashSet<string>? Statuses(JsonObject input, string name) => input["status"]?[name] is JsonArray items
        ? [.. items.Select(item => item!.GetValue<string>())]
        : null;
}
