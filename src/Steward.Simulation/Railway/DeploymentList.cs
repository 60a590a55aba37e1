using System.Text.Json.Nodes;
using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>The query "deployments": newest first, filtered by what DeploymentListInput names.</summary>
internal static class DeploymentList
{
    public static ConnectionPage<Deployment> Page(RailwayView view, Arguments given)
    {
        var input = given.Object("input");
        view.CheckProject(Text(input, "projectId"));
        var environmentId = Text(input, "environmentId");
        var serviceId = Text(input, "serviceId");
        var wanted = Statuses(input, "in");
        var unwanted = Statuses(input, "notIn");
        var found = Environments(view, Text(input, "projectId"), environmentId)
            .SelectMany(environment => environment.Services)
            .Where(service => serviceId is null || service.ServiceId == serviceId)
            .SelectMany(service => service.Deployments)
            .Where(one => (wanted is null || wanted.Contains(one.Status)) && unwanted?.Contains(one.Status) != true)
            .OrderByDescending(one => one.Number);
        return Connections.Cut([.. found], given, one => one.Id);
    }

    private static IReadOnlyList<RailwayEnvironment> Environments(RailwayView view, string? projectId, string? environmentId) =>
        view.IsProjectToken && view.Platform.Environments.Any(one => one.Id == environmentId) && !view.Environments.Any(one => one.Id == environmentId)
            ? []
            : view.Scope(projectId, environmentId);

    private static string? Text(JsonObject input, string name) => input[name]?.GetValue<string>();

    private static HashSet<string>? Statuses(JsonObject input, string name) => input["status"]?[name] is JsonArray items
        ? [.. items.Select(item => item!.GetValue<string>())]
        : null;
}
