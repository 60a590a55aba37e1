using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Connectors.Railway;

/// <summary>
/// One environment on Railway. Reading is free; whatever changes something takes a permit. Every method throws
/// <see cref="ConnectorException"/> when Railway fails or is not set up.
/// </summary>
public sealed partial class RailwayClient
{
    /// <summary>The vendor's name, as in <see cref="ConnectorException.Vendor"/> and for its pipeline.</summary>
    public const string Vendor = RailwayGraphQl.Vendor;

    /// <summary>How many lines of a log one answer may hold. Our own choice: enough for the end of any crash.</summary>
    public const int MaxLogLines = 500;

    /// <summary>How many services of an environment are looked at. Our own choice, far beyond any plan's limit that we know of.</summary>
    public const int MaxServices = 1000;

    // How many deployments one answer may hold, and how many services a page.
    private const int MaxDeployments = 100;
    private const int PageSize = 50;

    // New words of Railway's come once in years; the bound is against a server that makes them up.
    private const int MaxUnknownWords = 100;
    private readonly ConcurrentDictionary<string, byte> unknownWords = new(StringComparer.Ordinal);
    private readonly RailwayGraphQl railway;
    private readonly RailwayAccess access;
    private readonly ILogger log;

    internal RailwayClient(ProviderHttp http, RailwayAccess access, TimeProvider clock, ILogger log)
    {
        (railway, this.access, this.log) = (new RailwayGraphQl(http, access, clock, log), access, log);
        (Environment, Calls) = (access.Environment, new RailwayCalls(access.Environment));
    }

    /// <summary>The environment that this client is for.</summary>
    public RailwayEnvironment Environment { get; }

    /// <summary>The calls that change something in it.</summary>
    public RailwayCalls Calls { get; }

    /// <summary>True when there is a token.</summary>
    public bool IsConfigured => railway.IsConfigured;

    /// <summary>
    /// Finds out whether this can work: is the token accepted, as what, does it reach project and environment, is the clock
    /// right, what do the settings not say. Railway being out of reach is a finding, too; it does not throw.
    /// </summary>
    public Task<RailwayExamination> ExamineAsync(CancellationToken cancellationToken) => new RailwayExaminer(railway, access).RunAsync(cancellationToken);

    /// <summary>All services of the environment, up to <see cref="MaxServices"/>.</summary>
    public async Task<IReadOnlyList<RailwayService>> ListServicesAsync(CancellationToken cancellationToken)
    {
        var services = new List<RailwayService>();
        string? after = null;
        while (true)
        {
            var data = await railway.SendAsync<RailwayWire.EnvironmentData>(RailwayOperation.EnvironmentServices,
                new { environmentId = Environment.Id, projectId = NullIfEmpty(Environment.ProjectId), first = PageSize, after }, cancellationToken);
            var page = data.Environment.ServiceInstances;
            services.AddRange(page.Edges.Select(edge => new RailwayService(
                edge.Node.ServiceId, edge.Node.ServiceName,
                edge.Node.LatestDeployment is { } latest ? Deployment(latest, edge.Node.ServiceId) : null,
                [.. edge.Node.ActiveDeployments.Select(active => Deployment(active, edge.Node.ServiceId))])
            {
                Repository = edge.Node.Source?.Repo is { } repository && OwnerAndName().IsMatch(repository) ? repository : null,
            }));
            if (!page.PageInfo.HasNextPage || page.PageInfo.EndCursor is not { } cursor || cursor == after || page.Edges.Count == 0)
            {
                return services;
            }

            if (services.Count >= MaxServices)
            {
                throw new ConnectorException(Vendor, RailwayOperation.EnvironmentServices.Name,
                    $"the environment has more than {MaxServices} services. Watch an environment with fewer.") { Effect = CallEffect.None };
            }

            after = cursor;
        }
    }

    /// <summary>A service's deployments, newest first.</summary>
    /// <param name="serviceId">The service.</param>
    /// <param name="first">How many at the most, 1 to 100.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RailwayDeployment>> ListDeploymentsAsync(string serviceId, int first, CancellationToken cancellationToken)
    {
        var data = await railway.SendAsync<RailwayWire.DeploymentsData>(RailwayOperation.Deployments, new
        {
            input = new { projectId = NullIfEmpty(Environment.ProjectId), environmentId = Environment.Id, serviceId },
            first = Math.Clamp(first, 1, MaxDeployments),
        }, cancellationToken);
        // Railway does not promise an order.
        return [.. data.Deployments.Edges.Select(edge => Deployment(edge.Node, serviceId)).OrderByDescending(one => one.CreatedAt)];
    }

    /// <summary>One deployment.</summary>
    public async Task<RailwayDeployment> GetDeploymentAsync(string deploymentId, CancellationToken cancellationToken) =>
        Deployment((await railway.SendAsync<RailwayWire.DeploymentData>(RailwayOperation.Deployment, new { id = deploymentId }, cancellationToken)).Deployment, "");

    /// <summary>The last lines of a build's log, oldest first.</summary>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="limit">How many lines at the most, 1 to <see cref="MaxLogLines"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RailwayLogLine>> BuildLogsAsync(string deploymentId, int limit, CancellationToken cancellationToken) =>
        Lines((await railway.SendAsync<RailwayWire.BuildLogsData>(
            RailwayOperation.BuildLogs, new { deploymentId, limit = Math.Clamp(limit, 1, MaxLogLines) }, cancellationToken)).BuildLogs);

    /// <summary>The last lines of a deployment's log, oldest first.</summary>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="limit">How many lines at the most, 1 to <see cref="MaxLogLines"/>.</param>
    /// <param name="filter">Only lines that match, in Railway's filter language; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RailwayLogLine>> DeploymentLogsAsync(string deploymentId, int limit, string? filter, CancellationToken cancellationToken) =>
        Lines((await railway.SendAsync<RailwayWire.DeploymentLogsData>(
            RailwayOperation.DeploymentLogs, new { deploymentId, limit = Math.Clamp(limit, 1, MaxLogLines), filter }, cancellationToken)).DeploymentLogs);

    /// <summary>The names of a service's variables, sorted. Needs <c>Railway:ProjectId</c>.</summary>
    /// <param name="serviceId">The service; null for the variables that all services share.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<string>> VariableNamesAsync(string? serviceId, CancellationToken cancellationToken) =>
        [.. (await VariablesAsync(serviceId, cancellationToken)).Keys.Order(StringComparer.Ordinal)];

    /// <summary>The variables of a service with their values. Ask for the names alone where they do. Needs <c>Railway:ProjectId</c>.</summary>
    /// <param name="serviceId">The service; null for the variables that all services share.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyDictionary<string, Secret>> VariablesAsync(string? serviceId, CancellationToken cancellationToken)
    {
        railway.Require(RailwayOperation.Variables, project: true);
        var data = await railway.SendAsync<RailwayWire.VariablesData>(
            RailwayOperation.Variables, new { Environment.ProjectId, environmentId = Environment.Id, serviceId }, cancellationToken);
        return data.Variables.ToDictionary(pair => pair.Key, pair => new Secret(pair.Value ?? ""), StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\A(?!\.+/)[A-Za-z0-9_.-]{1,100}/(?!\.+\z)[A-Za-z0-9_.-]{1,100}\z")]
    private static partial Regex OwnerAndName();

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static List<RailwayLogLine> Lines(IReadOnlyList<RailwayWire.Log> lines) => [.. lines.Select(line => new RailwayLogLine(
        DateTimeOffset.TryParse(line.Timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null,
        line.Message, line.Severity))];

    private RailwayDeployment Deployment(RailwayWire.Deployment wire, string serviceId)
    {
        var status = RailwayStatuses.Read(wire.Status, out var isKnown);
        if (!isKnown && unknownWords.Count < MaxUnknownWords && unknownWords.TryAdd(wire.Status, 0))
        {
            LogUnknownStatus(log, wire.Status.Length <= 40 ? wire.Status : wire.Status[..40]);
        }

        return new RailwayDeployment(wire.Id, wire.ServiceId ?? serviceId, status, wire.Status, wire.CreatedAt, wire.StatusUpdatedAt,
            wire.CanRollback, wire.CanRedeploy, wire.StaticUrl, Meta(wire, "commitHash") ?? Meta(wire, "image"), Meta(wire, "reason"));
    }

    // A free-form scalar: whatever is not the text that we look for is not there.
    private static string? Meta(RailwayWire.Deployment wire, string name) =>
        wire.Meta.ValueKind == JsonValueKind.Object && wire.Meta.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
