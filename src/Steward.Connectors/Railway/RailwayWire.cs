using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steward.Connectors.Railway;

/// <summary>Railway's words as they come over the wire, in the nullability of its schema. A missing or null member that the schema promises makes the answer unreadable.</summary>
internal static class RailwayWire
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false) },
    };

    public sealed record PageInfo(bool HasNextPage, string? EndCursor);

    public sealed record Edge<T>(T Node);

    public sealed record Connection<T>(IReadOnlyList<Edge<T>> Edges, PageInfo PageInfo);

    public sealed record Deployment(
        string Id, string Status, DateTimeOffset CreatedAt, DateTimeOffset? StatusUpdatedAt, string? ServiceId, bool CanRollback, bool CanRedeploy,
        string? StaticUrl, JsonElement Meta);

    public sealed record ServiceSource(string? Repo);

    public sealed record ServiceInstance(
        string ServiceId, string ServiceName, ServiceSource? Source, Deployment? LatestDeployment, IReadOnlyList<Deployment> ActiveDeployments);

    public sealed record Environment(Connection<ServiceInstance> ServiceInstances);

    public sealed record EnvironmentData(Environment Environment);

    public sealed record DeploymentsData(Connection<Deployment> Deployments);

    public sealed record DeploymentData(Deployment Deployment);

    public sealed record Log(string Timestamp, string Message, string? Severity);

    public sealed record BuildLogsData(IReadOnlyList<Log> BuildLogs);

    public sealed record DeploymentLogsData(IReadOnlyList<Log> DeploymentLogs);

    public sealed record Tags(string? ServiceId);

    public sealed record Point(long Ts, double Value);

    public sealed record Series(RailwayMeasurement Measurement, Tags Tags, IReadOnlyList<Point> Values);

    public sealed record MetricsData(IReadOnlyList<Series> Metrics);

    public sealed record StatusSamples(int StatusCode, IReadOnlyList<Point> Samples);

    public sealed record DurationSample(long Ts, double P50, double P95);

    public sealed record DurationSamples(IReadOnlyList<DurationSample> Samples);

    public sealed record HttpData(IReadOnlyList<StatusSamples> HttpMetricsGroupedByStatus, DurationSamples HttpDurationMetrics);

    public sealed record ProjectToken(string ProjectId, string EnvironmentId);

    public sealed record ProjectTokenData(ProjectToken ProjectToken);

    public sealed record ApiTokenData(JsonElement ApiToken);

    public sealed record ProjectData(JsonElement Project);

    public sealed record Place(string Id, string ProjectId);

    public sealed record PlaceData(Place Environment);

    public sealed record Sum(RailwayMeasurement Measurement, double Value, Tags Tags);

    public sealed record Estimate(RailwayMeasurement Measurement, double EstimatedValue);

    public sealed record UsageData(IReadOnlyList<Sum> Usage, IReadOnlyList<Estimate> EstimatedUsage);

    public sealed record VariablesData(IReadOnlyDictionary<string, string?> Variables);

    public sealed record DeployData(string ServiceInstanceDeployV2);

    public sealed record RollbackData(bool DeploymentRollback);

    public sealed record RestartData(bool DeploymentRestart);

    public sealed record Created(string Id);

    public sealed record RedeployData(Created DeploymentRedeploy);

    public sealed record VariableData(bool VariableUpsert);
}
