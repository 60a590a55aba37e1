using System.Text.Json.Nodes;
using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>The object types of <see cref="RailwaySchema"/>.</summary>
internal static class RailwayTypes
{
    public static ObjectType Environment(ObjectType deployment)
    {
        var instance = new ObjectType("ServiceInstance")
            .With<ServiceInstance>("id", service => service.Id)
            .With<ServiceInstance>("serviceId", service => service.ServiceId)
            .With<ServiceInstance>("serviceName", service => service.Name)
            .With<ServiceInstance>("environmentId", service => service.Environment.Id)
            .With<ServiceInstance>("source", service => service.Repository is null ? null : service, new ObjectType("ServiceSource")
                .With<ServiceInstance>("repo", service => service.Repository)
                .With<ServiceInstance>("image", _ => null))
            .With<ServiceInstance>("latestDeployment", service => service.Latest, deployment)
            .With<ServiceInstance>("activeDeployments",
                service => service.Active is { } active ? new[] { active } : [], deployment);
        return new ObjectType("Environment")
            .With<RailwayEnvironment>("id", environment => environment.Id)
            .With<RailwayEnvironment>("name", environment => environment.Name)
            .With<RailwayEnvironment>("projectId", environment => environment.ProjectId)
            .With<RailwayEnvironment>("serviceInstances", Connections.PageArguments,
                (environment, given) => Connections.Cut(environment.Services, given, service => service.Id),
                Connections.Of(instance, (ServiceInstance node) => node.Id));
    }

    public static ObjectType Deployment() => new ObjectType("Deployment")
        .With<Deployment>("id", deployment => deployment.Id)
        .With<Deployment>("status", deployment => deployment.Status)
        .With<Deployment>("statusUpdatedAt", deployment => deployment.StatusUpdatedAt)
        .With<Deployment>("createdAt", deployment => deployment.CreatedAt)
        .With<Deployment>("updatedAt", deployment => deployment.StatusUpdatedAt)
        .With<Deployment>("serviceId", deployment => deployment.Owner.ServiceId)
        .With<Deployment>("environmentId", deployment => deployment.Owner.Environment.Id)
        .With<Deployment>("projectId", deployment => deployment.Owner.Environment.ProjectId)
        .With<Deployment>("canRedeploy", deployment => deployment.IsAtRest)
        .With<Deployment>("canRollback", deployment => deployment.CanRollback)
        .With<Deployment>("deploymentStopped", deployment => deployment.Status is RailwayStatus.Removed)
        .With<Deployment>("staticUrl", deployment => deployment.Host)
        .With<Deployment>("url", deployment => deployment.Host)
        .With<Deployment>("meta", Meta)
        .With<Deployment>("instances", deployment => deployment.HasImage ? new[] { deployment } : [], new ObjectType("DeploymentDeploymentInstance")
            .With<Deployment>("id", deployment => $"{deployment.Id}-0")
            .With<Deployment>("status", deployment => deployment.Status switch
            {
                RailwayStatus.Crashed => "CRASHED",
                RailwayStatus.Removed => "REMOVED",
                RailwayStatus.Sleeping => "STOPPED",
                RailwayStatus.Success => "RUNNING",
                _ => "INITIALIZING",
            }));

    public static ObjectType Log() => new ObjectType("Log")
        .With<LogLine>("timestamp", line => line.At)
        .With<LogLine>("message", line => line.Message)
        .With<LogLine>("severity", line => line.Severity)
        .With<LogLine>("attributes", line => new[] { ("level", line.Severity) }, new ObjectType("LogAttribute")
            .With<(string Key, string Value)>("key", pair => pair.Key)
            .With<(string Key, string Value)>("value", pair => pair.Value))
        .With<LogLine>("tags", line => line.Deployment, new ObjectType("LogTags")
            .With<Deployment>("deploymentId", deployment => deployment.Id)
            .With<Deployment>("serviceId", deployment => deployment.Owner.ServiceId)
            .With<Deployment>("environmentId", deployment => deployment.Owner.Environment.Id)
            .With<Deployment>("projectId", deployment => deployment.Owner.Environment.ProjectId));

    public static ObjectType MetricTags() => new ObjectType("MetricTags")
        .With<MetricTags>("serviceId", tags => tags.ServiceId)
        .With<MetricTags>("projectId", tags => tags.Environment?.ProjectId)
        .With<MetricTags>("environmentId", tags => tags.Environment?.Id);

    /// <summary>One point of a chart; its type's name differs from query to query.</summary>
    public static ObjectType Sample(string name) => new ObjectType(name)
        .With<(DateTimeOffset At, double Value)>("ts", sample => (int)sample.At.ToUnixTimeSeconds())
        .With<(DateTimeOffset At, double Value)>("value", sample => sample.Value);

    public static ObjectType DurationSample() => new ObjectType("HttpDurationMetricsSample")
        .With<DurationSample>("ts", sample => (int)sample.At.ToUnixTimeSeconds())
        .With<DurationSample>("p50", sample => sample.P95 / 2)
        .With<DurationSample>("p90", sample => sample.P95 * 0.9)
        .With<DurationSample>("p95", sample => sample.P95)
        .With<DurationSample>("p99", sample => sample.P95 * 1.5);

    private static JsonObject Meta(Deployment deployment) => new()
    {
        ["commitHash"] = deployment.Commit,
        ["commitMessage"] = $"Change {deployment.Commit}",
        ["branch"] = "main",
        ["reason"] = deployment.Reason,
        ["repo"] = deployment.Owner.Repository,
        ["image"] = deployment.HasImage ? $"registry.invalid/{deployment.Owner.Name}:{deployment.Commit}" : null,
    };
}
