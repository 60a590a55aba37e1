using System.Text.Json.Nodes;
using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>
/// The part of Railway's schema that Steward uses, field by field as in the schema of Railway's public command line
/// tool, version 5.43.1. A resolver runs under the project's lock.
/// </summary>
internal static class RailwaySchema
{
    public const string ProjectName = "simulation";
    public const string EnvironmentName = "production";
    private const string LogArguments = "deploymentId: String!, limit: Int, filter: String, startDate: DateTime, endDate: DateTime";
    private const string PageArguments = "first: Int, after: String, last: Int, before: String";

    public static Schema Create(RailwayProject project, RailwayActions actions)
    {
        var deployment = DeploymentType(project);
        return new Schema(QueryType(project, deployment), MutationType(actions, deployment), RailwayInputs.Types);
    }

    /// <exception cref="GraphQlException">The ids are not this project's.</exception>
    public static void CheckScope(RailwayProject project, string? projectId, string? environmentId)
    {
        if (projectId is not null && projectId != project.Id)
        {
            throw new GraphQlException("Project not found");
        }

        if (environmentId is not null && environmentId != project.EnvironmentId)
        {
            throw new GraphQlException("Environment not found");
        }
    }

    private static ObjectType QueryType(RailwayProject project, ObjectType deployment)
    {
        var log = LogType(project);
        var tags = new ObjectType("MetricTags")
            .With<MetricTags>("serviceId", tags => tags.ServiceId)
            .With<MetricTags>("projectId", _ => project.Id)
            .With<MetricTags>("environmentId", _ => project.EnvironmentId);
        var point = new ObjectType("Metric")
            .With<(DateTimeOffset At, double Value)>("ts", value => (int)value.At.ToUnixTimeSeconds())
            .With<(DateTimeOffset At, double Value)>("value", value => value.Value);
        return new ObjectType("Query")
            .With<RailwayProject>("environment", "id: String!, projectId: String",
                (_, given) => Environment(project, given), EnvironmentType(deployment))
            .With<RailwayProject>("deployment", "id: String!", (_, given) => Find(project, given.Required("id")), deployment)
            .With<RailwayProject>("deployments", $"input: DeploymentListInput!, {PageArguments}",
                (_, given) => DeploymentList.Page(project, given), Connections.Of(deployment, (Deployment node) => node.Id))
            .With<RailwayProject>("buildLogs", LogArguments,
                (_, given) => RailwayLogs.Build(Find(project, given.Required("deploymentId")), given), log)
            .With<RailwayProject>("deploymentLogs", LogArguments,
                (_, given) => RailwayLogs.Run(Find(project, given.Required("deploymentId")), given), log)
            .With<RailwayProject>("metrics",
                "startDate: DateTime!, endDate: DateTime, measurements: [MetricMeasurement!]!, projectId: String, serviceId: String, "
                + "environmentId: String, sampleRateSeconds: Int, averagingWindowSeconds: Int, groupBy: [MetricTag!]",
                (_, given) => Scoped(project, given, RailwayMetrics.Series),
                new ObjectType("MetricsResult")
                    .With<MetricSeries>("measurement", series => series.Measurement)
                    .With<MetricSeries>("tags", series => new MetricTags(series.ServiceId), tags)
                    .With<MetricSeries>("values", series => series.Values, point))
            .With<RailwayProject>("usage",
                "measurements: [MetricMeasurement!]!, projectId: String, startDate: DateTime, endDate: DateTime, groupBy: [MetricTag!]",
                (_, given) => Scoped(project, given, RailwayMetrics.Usage),
                new ObjectType("AggregatedUsage")
                    .With<UsageSum>("measurement", sum => sum.Measurement)
                    .With<UsageSum>("value", sum => sum.Value)
                    .With<UsageSum>("tags", sum => new MetricTags(sum.ServiceId), tags))
            .With<RailwayProject>("estimatedUsage", "measurements: [MetricMeasurement!]!, projectId: String",
                (_, given) => Scoped(project, given, RailwayMetrics.Estimate),
                new ObjectType("EstimatedUsage")
                    .With<UsageSum>("measurement", sum => sum.Measurement)
                    .With<UsageSum>("estimatedValue", sum => sum.Value)
                    .With<UsageSum>("projectId", _ => project.Id))
            .With<RailwayProject>("variables", "projectId: String!, environmentId: String!, serviceId: String, unrendered: Boolean",
                (_, given) => Scoped(project, given, Variables))
            .With<RailwayProject>("projectToken", _ => project, new ObjectType("ProjectToken")
                .With<RailwayProject>("projectId", _ => project.Id)
                .With<RailwayProject>("environmentId", _ => project.EnvironmentId));
    }

    private static ObjectType MutationType(RailwayActions actions, ObjectType deployment) => new ObjectType("Mutation")
        .With<RailwayProject>("deploymentRollback", "id: String!", (_, given) => actions.Rollback(given.Required("id")))
        .With<RailwayProject>("deploymentRestart", "id: String!", (_, given) => actions.Restart(given.Required("id")))
        .With<RailwayProject>("deploymentRedeploy", "id: String!, usePreviousImageTag: Boolean",
            (_, given) => actions.Redeploy(given.Required("id"), given.Flag("usePreviousImageTag")), deployment)
        .With<RailwayProject>("variableUpsert", "input: VariableUpsertInput!", (_, given) => actions.UpsertVariable(given.Object("input")));

    private static ObjectType EnvironmentType(ObjectType deployment)
    {
        var instance = new ObjectType("ServiceInstance")
            .With<ServiceInstance>("id", service => service.Id)
            .With<ServiceInstance>("serviceId", service => service.ServiceId)
            .With<ServiceInstance>("serviceName", service => service.Name)
            .With<ServiceInstance>("latestDeployment", service => service.Latest, deployment)
            .With<ServiceInstance>("activeDeployments",
                service => service.Active is { } active ? new[] { active } : [], deployment);
        return new ObjectType("Environment")
            .With<RailwayProject>("id", project => project.EnvironmentId)
            .With<RailwayProject>("name", _ => EnvironmentName)
            .With<RailwayProject>("projectId", project => project.Id)
            .With<RailwayProject>("serviceInstances", PageArguments,
                (project, given) => Connections.Cut(project.Services, given, service => service.Id),
                Connections.Of(instance, (ServiceInstance node) => node.Id));
    }

    private static ObjectType DeploymentType(RailwayProject project) => new ObjectType("Deployment")
        .With<Deployment>("id", deployment => deployment.Id)
        .With<Deployment>("status", deployment => deployment.Status)
        .With<Deployment>("statusUpdatedAt", deployment => deployment.StatusUpdatedAt)
        .With<Deployment>("createdAt", deployment => deployment.CreatedAt)
        .With<Deployment>("updatedAt", deployment => deployment.StatusUpdatedAt)
        .With<Deployment>("serviceId", deployment => deployment.Owner.ServiceId)
        .With<Deployment>("environmentId", _ => project.EnvironmentId)
        .With<Deployment>("projectId", _ => project.Id)
        .With<Deployment>("canRedeploy", deployment => deployment.IsAtRest)
        .With<Deployment>("canRollback", deployment => deployment.CanRollback)
        .With<Deployment>("deploymentStopped", deployment => deployment.Status is RailwayStatus.Removed)
        .With<Deployment>("staticUrl", deployment => deployment.Host)
        .With<Deployment>("url", deployment => deployment.Host)
        .With<Deployment>("meta", Meta)
        .With<Deployment>("instances", Instances, new ObjectType("DeploymentDeploymentInstance")
            .With<Deployment>("id", deployment => $"{deployment.Id}-0")
            .With<Deployment>("status", deployment => deployment.Status switch
            {
                RailwayStatus.Crashed => "CRASHED",
                RailwayStatus.Removed => "REMOVED",
                RailwayStatus.Sleeping => "STOPPED",
                RailwayStatus.Success => "RUNNING",
                _ => "INITIALIZING",
            }));

    private static ObjectType LogType(RailwayProject project) => new ObjectType("Log")
        .With<LogLine>("timestamp", line => line.At)
        .With<LogLine>("message", line => line.Message)
        .With<LogLine>("severity", line => line.Severity)
        .With<LogLine>("attributes", line => new[] { ("level", line.Severity) }, new ObjectType("LogAttribute")
            .With<(string Key, string Value)>("key", pair => pair.Key)
            .With<(string Key, string Value)>("value", pair => pair.Value))
        .With<LogLine>("tags", line => line, new ObjectType("LogTags")
            .With<LogLine>("deploymentId", line => line.Deployment.Id)
            .With<LogLine>("serviceId", line => line.Deployment.Owner.ServiceId)
            .With<LogLine>("environmentId", _ => project.EnvironmentId)
            .With<LogLine>("projectId", _ => project.Id));

    private static Deployment[] Instances(Deployment deployment) => deployment.HasImage ? [deployment] : [];

    private static JsonObject Meta(Deployment deployment) => new()
    {
        ["commitHash"] = deployment.Commit,
        ["commitMessage"] = $"Change {deployment.Commit}",
        ["branch"] = "main",
        ["reason"] = deployment.Reason,
        ["image"] = deployment.HasImage ? $"registry.invalid/{deployment.Owner.Name}:{deployment.Commit}" : null,
    };

    private static JsonObject Variables(RailwayProject project, Arguments given)
    {
        var own = given.Text("serviceId") is { } id
            ? (project.ById(id) ?? throw new GraphQlException("Service not found")).Variables
            : [];
        return new JsonObject(project.SharedVariables.Where(shared => !own.ContainsKey(shared.Key)).Concat(own)
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
    }

    private static RailwayProject Environment(RailwayProject project, Arguments given)
    {
        CheckScope(project, given.Text("projectId"), given.Required("id"));
        return project;
    }

    private static T Scoped<T>(RailwayProject project, Arguments given, Func<RailwayProject, Arguments, T> get)
    {
        CheckScope(project, given.Text("projectId"), given.Text("environmentId"));
        return get(project, given);
    }

    private static Deployment Find(RailwayProject project, string id) =>
        project.Deployment(id) ?? throw new GraphQlException("Deployment not found");
}
