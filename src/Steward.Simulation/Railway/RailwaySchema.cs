using System.Text.Json.Nodes;
using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>
/// The part of Railway's schema that Steward uses, field by field as in the schema of Railway's public command line
/// tool, version 5.43.1. A resolver runs under the platform's lock.
/// </summary>
internal static class RailwaySchema
{
    public const string ProjectName = "simulation";
    private const string LogArguments = "deploymentId: String!, limit: Int, filter: String, startDate: DateTime, endDate: DateTime";
    private const string HttpArguments =
        "serviceId: String!, environmentId: String!, startDate: DateTime!, endDate: DateTime!, stepSeconds: Int, method: String, path: String";

    public static Schema Create(RailwayActions actions)
    {
        var deployment = RailwayTypes.Deployment();
        return new Schema(QueryType(deployment), MutationType(actions, deployment), RailwayInputs.Types);
    }

    private static ObjectType QueryType(ObjectType deployment)
    {
        var query = new ObjectType("Query")
            .With<RailwayView>("environment", "id: String!, projectId: String",
                (view, given) => view.Environment(given.Text("projectId"), given.Required("id")), RailwayTypes.Environment(deployment))
            .With<RailwayView>("deployment", "id: String!", (view, given) => view.Deployment(given.Required("id")), deployment)
            .With<RailwayView>("deployments", $"input: DeploymentListInput!, {Connections.PageArguments}",
                DeploymentList.Page, Connections.Of(deployment, (Deployment node) => node.Id))
            .With<RailwayView>("variables", "projectId: String!, environmentId: String!, serviceId: String, unrendered: Boolean", Variables);
        return WithTokens(WithMeasurements(WithLogs(query)));
    }

    private static ObjectType WithLogs(ObjectType query)
    {
        var log = RailwayTypes.Log();
        return query
            .With<RailwayView>("buildLogs", LogArguments,
                (view, given) => RailwayLogs.Build(view.Deployment(given.Required("deploymentId")), given), log)
            .With<RailwayView>("deploymentLogs", LogArguments,
                (view, given) => RailwayLogs.Run(view.Deployment(given.Required("deploymentId")), given), log);
    }

    private static ObjectType WithMeasurements(ObjectType query)
    {
        var tags = RailwayTypes.MetricTags();
        return query
            .With<RailwayView>("metrics",
                "startDate: DateTime!, endDate: DateTime, measurements: [MetricMeasurement!]!, projectId: String, serviceId: String, "
                + "environmentId: String, sampleRateSeconds: Int, averagingWindowSeconds: Int, groupBy: [MetricTag!]",
                RailwayMetrics.Series,
                new ObjectType("MetricsResult")
                    .With<MetricSeries>("measurement", series => series.Measurement)
                    .With<MetricSeries>("tags", series => series.Tags, tags)
                    .With<MetricSeries>("values", series => series.Values, RailwayTypes.Sample("Metric")))
            .With<RailwayView>("usage",
                "measurements: [MetricMeasurement!]!, projectId: String, startDate: DateTime, endDate: DateTime, groupBy: [MetricTag!]",
                RailwayMetrics.Usage,
                new ObjectType("AggregatedUsage")
                    .With<UsageSum>("measurement", sum => sum.Measurement)
                    .With<UsageSum>("value", sum => sum.Value)
                    .With<UsageSum>("tags", sum => sum.Tags, tags))
            .With<RailwayView>("estimatedUsage", "measurements: [MetricMeasurement!]!, projectId: String",
                RailwayMetrics.Estimate,
                new ObjectType("EstimatedUsage")
                    .With<UsageSum>("measurement", sum => sum.Measurement)
                    .With<UsageSum>("estimatedValue", sum => sum.Value)
                    .With<UsageSum>("projectId", sum => sum.Tags.Environment?.ProjectId))
            .With<RailwayView>("httpMetricsGroupedByStatus", HttpArguments, RailwayHttp.ByStatus,
                new ObjectType("HttpMetricsByStatusResult")
                    .With<StatusSeries>("statusCode", series => series.StatusCode)
                    .With<StatusSeries>("samples", series => series.Samples, RailwayTypes.Sample("HttpMetricsSample")))
            .With<RailwayView>("httpDurationMetrics", $"{HttpArguments}, statusCode: Int", RailwayHttp.Durations,
                new ObjectType("HttpDurationMetricsResult")
                    .With<DurationSeries>("samples", series => series.Samples, RailwayTypes.DurationSample()));
    }

    // What a token is told of itself: an account's or a workspace's by apiToken, a project's by projectToken, as was seen on the real Railway.
    private static ObjectType WithTokens(ObjectType query) => query
        .With<RailwayView>("apiToken", view => view.IsProjectToken ? throw new GraphQlException("Not Authorized") : view, new ObjectType("ApiTokenContext")
            .With<RailwayView>("workspaces", _ => new[] { ProjectName }, new ObjectType("ApiTokenWorkspace")
                .With<string>("id", name => name)
                .With<string>("name", name => name)))
        .With<RailwayView>("projectToken", view => view.IsProjectToken ? view.Environments[0] : throw new GraphQlException("Project Token not found"),
            new ObjectType("ProjectToken")
                .With<RailwayEnvironment>("projectId", environment => environment.ProjectId)
                .With<RailwayEnvironment>("environmentId", environment => environment.Id))
        .With<RailwayView>("project", "id: String!", (view, given) => view.Scope(given.Required("id"), null)[0], new ObjectType("Project")
            .With<RailwayEnvironment>("id", environment => environment.ProjectId)
            .With<RailwayEnvironment>("name", _ => ProjectName));

    private static ObjectType MutationType(RailwayActions actions, ObjectType deployment) => new ObjectType("Mutation")
        .With<RailwayView>("serviceInstanceDeployV2", "serviceId: String!, environmentId: String!, commitSha: String",
            (view, given) => actions.Deploy(view, given.Required("environmentId"), given.Required("serviceId"), given.Text("commitSha")))
        .With<RailwayView>("deploymentRollback", "id: String!", (view, given) => actions.Rollback(view, given.Required("id")))
        .With<RailwayView>("deploymentRestart", "id: String!", (view, given) => actions.Restart(view, given.Required("id")))
        .With<RailwayView>("deploymentRedeploy", "id: String!, usePreviousImageTag: Boolean",
            (view, given) => actions.Redeploy(view, given.Required("id"), given.Flag("usePreviousImageTag")), deployment)
        .With<RailwayView>("variableUpsert", "input: VariableUpsertInput!", (view, given) => actions.UpsertVariable(view, given.Object("input")));

    private static JsonObject Variables(RailwayView view, Arguments given)
    {
        var environment = view.Environment(given.Required("projectId"), given.Required("environmentId"));
        var own = given.Text("serviceId") is { } id
            ? (environment.ById(id) ?? throw new GraphQlException("Service not found")).Variables
            : [];
        return new JsonObject(environment.SharedVariables.Where(shared => !own.ContainsKey(shared.Key)).Concat(own)
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
    }
}
