using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Agents.Sdk.Tools;

/// <summary>Reads the environments on Railway that Steward is set up for; needs <c>"railway": {}</c>. Nothing is changed by it.</summary>
/// <param name="tools">The way to the tools.</param>
public sealed class RailwayTool(ITools tools)
{
    /// <summary>The services of an environment and how they stand, at most 200.</summary>
    /// <param name="environment">What Steward's settings call the environment; null for the default one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ToolException"><c>not-set-up</c> without Railway, <c>not-found</c> for an environment that there is not.</exception>
    public async Task<IReadOnlyList<ServiceStatus>> ServicesAsync(string? environment, CancellationToken cancellationToken) =>
        Items<ServiceStatus>(await tools.CallAsync("railway_services", new JsonObject { ["environment"] = environment }, cancellationToken));

    /// <summary>The last deployments of a service, newest first.</summary>
    /// <param name="service">Its name or id.</param>
    /// <param name="environment">What Steward's settings call the environment; null for the default one.</param>
    /// <param name="most">How many at the most, 1 to 50.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ToolException"><c>not-set-up</c> without Railway, <c>not-found</c> for what there is not.</exception>
    public async Task<IReadOnlyList<Deployment>> DeploymentsAsync(string service, string? environment, int most, CancellationToken cancellationToken) =>
        Items<Deployment>(await tools.CallAsync("railway_deployments", new JsonObject { ["service"] = service, ["environment"] = environment, ["most"] = most }, cancellationToken));

    /// <summary>What the project used, and what Railway expects it to use in this billing period. Railway tells amounts, not money.</summary>
    /// <param name="since">From when on, at most a year ago.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ToolException"><c>not-set-up</c> without Railway, or without its project's id.</exception>
    public async Task<RailwayUsage> UsageAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        (await tools.CallAsync("railway_usage", new JsonObject { ["since"] = since.ToString("O", CultureInfo.InvariantCulture) }, cancellationToken)).Deserialize<RailwayUsage>(AgentJson.Options)!;

    private static List<T> Items<T>(JsonElement answer) => answer.GetProperty("items").Deserialize<List<T>>(AgentJson.Options)!;
}

/// <summary>A service as it stands.</summary>
/// <param name="Id">Railway's id of it.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">How its newest deployment is, as in <see cref="Deployment"/>; null before the first.</param>
/// <param name="IsServing">Whether any deployment of it serves.</param>
/// <param name="Version">What its newest deployment runs: the commit, else the image; null when Railway does not say.</param>
/// <param name="DeployedAt">When that was created.</param>
/// <param name="Repository">The repository that it is built from; null when from none.</param>
public sealed record ServiceStatus(string Id, string Name, string? State, bool IsServing, string? Version = null, DateTimeOffset? DeployedAt = null, string? Repository = null);

/// <summary>A deployment of a service.</summary>
/// <param name="Id">Railway's id of it.</param>
/// <param name="State">
/// How it is: <c>pending</c>, <c>needsApproval</c>, <c>building</c>, <c>deploying</c>, <c>inProgress</c>, <c>active</c>, <c>sleeping</c>, <c>failed</c>, <c>crashed</c>,
/// <c>removed</c> or <c>skipped</c>.
/// </param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="ChangedAt">When its state changed last; null when Railway does not say.</param>
/// <param name="Version">What it runs: the commit, else the image; null when Railway does not say.</param>
/// <param name="Reason">Why it exists: <c>deploy</c>, <c>rollback</c>, <c>redeploy</c>; null when Railway does not say.</param>
public sealed record Deployment(string Id, string State, DateTimeOffset CreatedAt, DateTimeOffset? ChangedAt = null, string? Version = null, string? Reason = null);

/// <summary>What a project used, and is expected to use.</summary>
/// <param name="Used">Since the time that was asked for, by service.</param>
/// <param name="Estimated">In the whole billing period, of all services together.</param>
public sealed record RailwayUsage(IReadOnlyList<UsageSum> Used, IReadOnlyList<UsageSum> Estimated);

/// <summary>One sum.</summary>
/// <param name="Measurement"><c>cpuUsage</c> (core minutes), <c>memoryUsageGb</c>, <c>diskUsageGb</c>, <c>backupUsageGb</c> (GB minutes) or <c>networkTxGb</c> (GB sent).</param>
/// <param name="Value">How much.</param>
/// <param name="Service">By which service, by its name or else its id; null for all together.</param>
public sealed record UsageSum(string Measurement, double Value, string? Service = null);
