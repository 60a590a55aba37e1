using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Connectors.Deployed;
using Steward.Connectors.Railway;
using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Platform.Http;

namespace Steward.Operations.Observe;

/// <summary>Asks all sources at once, each with its own time, and draws the picture from those that answered.</summary>
public sealed partial class Observer
{
    private readonly RailwayEnvironments environments;
    private readonly ServiceSource services;
    private readonly RepositorySource repositories;
    private readonly LoadSource loads;
    private readonly WorkflowSource workflows;
    private readonly Cadence cadence;
    private readonly HealthProbe probe;
    private readonly OperationsOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<Observer> log;

    internal Observer(
        RailwayEnvironments environments, ServiceSource services, RepositorySource repositories, LoadSource loads, WorkflowSource workflows,
        Cadence cadence, HealthProbe probe, IOptions<OperationsOptions> options, TimeProvider clock, ILogger<Observer> log)
    {
        (this.environments, this.services, this.repositories, this.loads, this.workflows) = (environments, services, repositories, loads, workflows);
        (this.cadence, this.probe, this.options, this.clock, this.log) = (cadence, probe, options.Value, clock, log);
    }

    /// <summary>True when there is anything to ask.</summary>
    public bool HasSources => Environments.Any() || repositories.Watched.Count > 0 || workflows.IsConfigured;

    /// <summary>When a source has to be asked, before the time for it, because of an event that came just after it had been asked; null when none has.</summary>
    internal DateTimeOffset? Next => cadence.Next;

    private IEnumerable<RailwayClient> Environments => environments.All.Where(railway => railway.IsConfigured);

    /// <summary>Draws the picture.</summary>
    /// <param name="known">The services that are remembered; the history of others is asked for.</param>
    /// <param name="open">The open findings: it is asked what became of pull requests that were proposed.</param>
    /// <param name="hurry">True when an event came: what is not asked every time is asked now, too.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    public async Task<Picture> ObserveAsync(IReadOnlyList<WatchedService> known, IReadOnlyList<Finding> open, bool hurry, CancellationToken cancellationToken)
    {
        var proposed = open.Where(finding => finding.Kind == FindingKind.PullRequestReady).ToLookup(finding => finding.Service, PullRequestDecider.NumberOf, StringComparer.Ordinal);
        var listing = Environments.Select(railway => TryAsync(Name(railway), token => services.ServicesAsync(railway, known, token), cancellationToken)).ToList();
        var probing = Task.WhenAll(options.Services.Where(service => service.Value is { Watch: true, HealthUrl: not null }).Select(async service =>
            (service.Key, Check: await CheckAsync(service.Value.HealthUrl!, cancellationToken))));
        var looking = repositories.Watched.SelectMany(repository => new[]
        {
            Due($"runs of {repository}", options.PollInterval, hurry, token => repositories.RunsAsync(repository, token), cancellationToken),
            options.ProposeMerges ? Due($"pull requests of {repository}", options.PollInterval, hurry, token => repositories.PullRequestsAsync(repository, proposed[repository.ToString()], token), cancellationToken) : null,
        }).OfType<Task<(RepositoryPicture?, string?)>>().ToList();
        var loading = Environments.Select(railway => Loading(railway, known, hurry, cancellationToken)).OfType<Task<(IReadOnlyList<ServiceLoad>?, string?)>>().ToList();
        var running = workflows.IsConfigured ? Due("n8n", options.PollInterval, hurry, workflows.LookAsync, cancellationToken) : null;

        var listed = await Task.WhenAll(listing);
        var looked = await Task.WhenAll(looking);
        var loaded = await Task.WhenAll(loading);
        var (ran, idle) = running is null ? (null, null) : await running;
        var health = (await probing).ToDictionary(check => check.Key, check => check.Check, StringComparer.Ordinal);
        var (at, seen) = (clock.Now(), listed.SelectMany(one => one.Answer ?? []).ToList());
        return new Picture(
            at, seen, health,
            [.. listed.Select(one => one.Trouble).Concat(looked.Select(one => one.Item2)).Concat(loaded.Select(one => one.Item2)).Append(idle).OfType<string>()])
        {
            Absent = Absent(known, listed, seen),
            Repositories = [.. looked.Select(one => one.Item1).OfType<RepositoryPicture>()],
            Loads = [.. loaded.SelectMany(one => one.Item1 ?? [])],
            Workflows = ran,
        };
    }

    /// <summary>The provider's words about a deployment in ours.</summary>
    internal static ObservedDeployment Translate(RailwayDeployment deployment) => new(
        deployment.Id, ServiceSource.State(deployment.Status), deployment.RawStatus, deployment.Version, deployment.CreatedAt, deployment.StatusUpdatedAt, deployment.CanRollback, deployment.Url);

    private static string Name(RailwayClient railway) => railway.Environment.IsDefault ? RailwayClient.Vendor : $"{RailwayClient.Vendor} ({railway.Environment.Name})";

    // Those whose environment answered without them, or is none of the settings any more. What is left alone is not listed.
    private HashSet<string> Absent(IReadOnlyList<WatchedService> known, (IReadOnlyList<ObservedService>? Answer, string? Trouble)[] listed, List<ObservedService> seen)
    {
        var ids = seen.Select(service => service.Id).ToHashSet(StringComparer.Ordinal);
        var silent = Environments.Zip(listed).Where(one => one.Second.Answer is null).Select(one => one.First).ToList();
        return [.. known.Where(service => service.IsWatched && options.Of(service.Name)?.Watch != false && !ids.Contains(service.Id) && !silent.Exists(railway => IsIn(railway, service.Id))).Select(service => service.Id)];
    }

    // Of the services that are remembered: those that are new have no history to speak of.
    private Task<(IReadOnlyList<ServiceLoad>?, string?)>? Loading(RailwayClient railway, IReadOnlyList<WatchedService> known, bool hurry, CancellationToken cancellationToken)
    {
        var here = known.Where(service => service.IsWatched && IsIn(railway, service.Id) && options.Of(service.Name)?.Watch != false).ToList();
        return here.Count == 0 ? null : Due($"load of {Name(railway)}", options.Load.Interval, hurry, token => loads.LoadAsync(railway, here, token), cancellationToken);
    }

    private bool IsIn(RailwayClient railway, string key)
    {
        try
        {
            return environments.Locate(key).Client == railway;
        }
        catch (ConnectorException)
        {
            // Remembered from an environment that the settings have no more.
            return false;
        }
    }

    // Asked at its own pace, however fast the loop turns.
    private Task<(T? Answer, string? Trouble)>? Due<T>(string source, TimeSpan every, bool hurry, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class =>
        cadence.IsDue(source, every, hurry) ? TryAsync(source, ask, cancellationToken) : null;

    // One check in twenty fails of a service that is well, and three in a row do every few days: a failure counts when the
    // service fails twice within the time that it has.
    private async Task<HealthCheck> CheckAsync(Uri address, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var first = await probe.CheckAsync(address, options.SourceTimeout, cancellationToken);
        var left = options.SourceTimeout - clock.GetElapsedTime(begun);
        var check = first.IsWell || left <= TimeSpan.Zero ? first : await probe.CheckAsync(address, left, cancellationToken);
        return check with { At = clock.Now() };
    }

    private async Task<(T? Answer, string? Trouble)> TryAsync<T>(string source, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), timeout, options.SourceTimeout, Timeout.InfiniteTimeSpan);
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

    [LoggerMessage(LogLevel.Warning, "The picture is drawn without {Source}: {Trouble}")]
    private static partial void LogSourceMissing(ILogger log, string source, string trouble);
}
