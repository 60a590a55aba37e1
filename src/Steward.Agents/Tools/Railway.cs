using System.Text.Json.Nodes;
using Steward.Connectors.Railway;

namespace Steward.Agents.Tools;

/// <summary>The environments on Railway, as agents name them.</summary>
internal static class AgentEnvironments
{
    /// <summary>The environment that a call names, or the default one.</summary>
    /// <exception cref="ToolFaultException">There is none of that name, or Railway is not set up.</exception>
    public static RailwayClient Of(this RailwayEnvironments environments, ToolCall call) =>
        !environments.Default.IsConfigured ? throw new ToolFaultException("not-set-up", "Railway is not set up: set Railway:Token and Railway:EnvironmentId.")
        : call.TextOrNull("environment", 40) is not { } name ? environments.Default
        : environments.Find(name) ?? throw new ToolFaultException("not-found", $"There is no environment '{name}' in the settings. There are {string.Join(", ", environments.All.Select(one => one.Environment.Name))}.");
}

/// <summary>Reads the services of an environment and how they stand.</summary>
internal sealed class RailwayServiceList(RailwayEnvironments environments, ProviderReading reading) : ITool
{
    private const int Most = 200;

    public string Name => "railway_services";

    public string Grant => "railway";

    public string About => $"The services of an environment and how they stand: {{ environment }} gives {{ items }}, at most {Most}.";

    public Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var client = environments.Of(call);
        return reading.ListAsync<Item>(Grant, async () => [.. (await client.ListServicesAsync(cancellationToken)).Take(Most).Select(one => new Item(
            one.Id, reading.Words(one.Name), one.LatestDeployment?.Status, one.ActiveDeployments.Count > 0, reading.WordsOrNull(one.LatestDeployment?.Version), one.LatestDeployment?.CreatedAt, one.Repository))]);
    }

    private sealed record Item(string Id, string Name, RailwayStatus? State, bool IsServing, string? Version, DateTimeOffset? DeployedAt, string? Repository);
}

/// <summary>Reads the last deployments of a service.</summary>
internal sealed class RailwayDeploymentList(RailwayEnvironments environments, ProviderReading reading) : ITool
{
    public string Name => "railway_deployments";

    public string Grant => "railway";

    public string About => "The last deployments of a service, newest first: { service, environment, most } gives { items }, at most 50.";

    public Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (client, wanted, most) = (environments.Of(call), call.Text("service", 200), call.Count("most", 10, 1, 50));
        return reading.ListAsync<Item>(Grant, async () =>
        {
            // Looked up by id as well, so that an agent reaches the services of this environment and nothing else that the token could.
            var services = await client.ListServicesAsync(cancellationToken);
            var service = services.FirstOrDefault(one => one.Id == wanted || one.Name == wanted) ?? throw new ToolFaultException("not-found", "There is no such service in the environment.");
            return [.. (await client.ListDeploymentsAsync(service.Id, most, cancellationToken)).Select(one => new Item(
                one.Id, one.Status, one.CreatedAt, one.StatusUpdatedAt, reading.WordsOrNull(one.Version), reading.WordsOrNull(one.Reason)))];
        });
    }

    private sealed record Item(string Id, RailwayStatus State, DateTimeOffset CreatedAt, DateTimeOffset? ChangedAt, string? Version, string? Reason);
}

/// <summary>Reads what the project used.</summary>
internal sealed class RailwayUsageRead(RailwayEnvironments environments, ProviderReading reading, TimeProvider clock) : ITool
{
    private const int MostDays = 366;
    private const int MostSums = 1000;

    private static readonly RailwayMeasurement[] Charged =
        [RailwayMeasurement.CpuUsage, RailwayMeasurement.MemoryUsageGb, RailwayMeasurement.DiskUsageGb, RailwayMeasurement.BackupUsageGb, RailwayMeasurement.NetworkTxGb];

    public string Name => "railway_usage";

    public string Grant => "railway";

    public string About => "What the project used since a time, by service, and what it is expected to use in the billing period: { since } gives { used, estimated }.";

    public Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var client = environments.Of(call);
        if (client.Environment.ProjectId.Length == 0)
        {
            throw new ToolFaultException("not-set-up", "Usage is told of a project, and its id is not known: set Railway:ProjectId.");
        }

        var (now, since) = (clock.GetUtcNow(), call.TimeOrNull("since"));
        if (since > now || since < now.AddDays(-MostDays))
        {
            throw new ToolFaultException("invalid", $"'since' must be in the last {MostDays} days.");
        }

        return reading.AskAsync(Grant, async () =>
        {
            var names = (await client.ListServicesAsync(cancellationToken)).ToDictionary(one => one.Id, one => reading.Words(one.Name), StringComparer.Ordinal);
            var usage = await client.UsageAsync(Charged, since ?? new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero), null, cancellationToken);
            return new { used = Sums(usage.Used), estimated = Sums(usage.Estimated) };

            IReadOnlyList<Sum> Sums(IReadOnlyList<RailwayUsageSum> sums) =>
                [.. sums.OrderByDescending(sum => sum.Value).Take(MostSums).Select(sum => new Sum(sum.Measurement, sum.Value, sum.ServiceId is { } id ? names.GetValueOrDefault(id, id) : null))];
        });
    }

    private sealed record Sum(RailwayMeasurement Measurement, double Value, string? Service);
}
