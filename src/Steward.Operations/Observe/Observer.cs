using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Connectors.Deployed;
using Steward.Connectors.Railway;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Watched;
using Steward.Platform.Http;

namespace Steward.Operations.Observe;

/// <summary>Asks all sources at once, each with its own time, and draws the picture from those that answered.</summary>
public sealed partial class Observer(RailwayClient railway, HealthProbe probe, IOptions<OperationsOptions> options, TimeProvider clock, ILogger<Observer> log)
{
    // What a service that is new to Steward is remembered by: enough to find a deployment to go back to.
    private const int FirstHistory = 10;
    private const int HistoriesAtOnce = 4;

    /// <summary>Draws the picture.</summary>
    /// <param name="known">The services that are remembered; the history of others is asked for.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    public async Task<Picture> ObserveAsync(IReadOnlyList<WatchedService> known, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        var listing = TryAsync("railway", token => ServicesAsync(known, token), cancellationToken);
        var probing = Task.WhenAll(Watched().Where(service => service.Value.HealthUrl is not null).Select(async service =>
            (service.Key, Check: await probe.CheckAsync(service.Value.HealthUrl!, options.Value.SourceTimeout, cancellationToken))));
        var (services, trouble) = await listing;
        if (trouble is not null)
        {
            missing.Add(trouble);
        }

        var health = (await probing).ToDictionary(check => check.Key, check => check.Check, StringComparer.Ordinal);
        return new Picture(clock.Now(), services ?? [], health, missing);
    }

    /// <summary>The provider's words about a deployment in ours.</summary>
    internal static ObservedDeployment Translate(RailwayDeployment deployment) => new(
        deployment.Id, State(deployment.Status), deployment.RawStatus, deployment.Version, deployment.CreatedAt, deployment.StatusUpdatedAt, deployment.CanRollback, deployment.Url);

    private static DeploymentState State(RailwayStatus status) => status switch
    {
        RailwayStatus.Pending or RailwayStatus.NeedsApproval => DeploymentState.Pending,
        RailwayStatus.Building => DeploymentState.Building,
        RailwayStatus.Deploying => DeploymentState.Deploying,
        RailwayStatus.Active or RailwayStatus.Sleeping => DeploymentState.Active,
        RailwayStatus.Failed => DeploymentState.Failed,
        RailwayStatus.Crashed => DeploymentState.Crashed,
        RailwayStatus.Removed or RailwayStatus.Skipped => DeploymentState.Removed,
        _ => DeploymentState.Pending,
    };

    private async Task<IReadOnlyList<ObservedService>> ServicesAsync(IReadOnlyList<WatchedService> known, CancellationToken cancellationToken)
    {
        var remembered = known.Select(service => service.Id).ToHashSet(StringComparer.Ordinal);
        var unwatched = known.Where(service => !service.IsWatched).Select(service => service.Id).ToHashSet(StringComparer.Ordinal);
        var listed = (await railway.ListServicesAsync(cancellationToken))
            .Where(service => !unwatched.Contains(service.Id) && (!options.Value.Services.TryGetValue(service.Name, out var said) || said.Watch))
            .ToList();
        var histories = new ConcurrentDictionary<string, IReadOnlyList<ObservedDeployment>>(StringComparer.Ordinal);
        // A few at a time: a first look at a hundred services must not fill the queue to the provider.
        var few = new ParallelOptions { MaxDegreeOfParallelism = HistoriesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(listed.Where(service => !remembered.Contains(service.Id)), few, async (service, token) =>
        {
            var earlier = await railway.ListDeploymentsAsync(service.Id, FirstHistory, token);
            histories[service.Id] = [.. earlier.Select(Translate)];
        });
        return
        [
            .. listed.Select(service => new ObservedService(
                service.Id, service.Name, service.LatestDeployment is null ? null : Translate(service.LatestDeployment),
                [.. service.ActiveDeployments.Select(Translate)], histories.GetValueOrDefault(service.Id) ?? [])),
        ];
    }

    private async Task<(T? Answer, string? Trouble)> TryAsync<T>(string source, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), timeout, options.Value.SourceTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            return (await ask(timeout.Token), null);
        }
        catch (Exception e) when (e is ConnectorException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogSourceMissing(log, source, e.Message);
            return (null, $"{source}: {e.Message}");
        }
    }

    private IEnumerable<KeyValuePair<string, ServiceOptions>> Watched() => options.Value.Services.Where(service => service.Value.Watch);

    [LoggerMessage(LogLevel.Warning, "The picture is drawn without {Source}: {Trouble}")]
    private static partial void LogSourceMissing(ILogger log, string source, string trouble);
}
