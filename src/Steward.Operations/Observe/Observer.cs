using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Connectors.Deployed;
using Steward.Connectors.Railway;
using Steward.Kernel;
using Steward.Operations.Watched;
using Steward.Platform.Http;

namespace Steward.Operations.Observe;

/// <summary>Asks all sources at once, each with its own time, and draws the picture from those that answered.</summary>
public sealed partial class Observer
{
    private readonly RailwayEnvironments environments;
    private readonly ServiceSource services;
    private readonly RepositorySource repositories;
    private readonly Cadence cadence;
    private readonly HealthProbe probe;
    private readonly OperationsOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<Observer> log;

    internal Observer(
        RailwayEnvironments environments, ServiceSource services, RepositorySource repositories, Cadence cadence, HealthProbe probe, IOptions<OperationsOptions> options, TimeProvider clock, ILogger<Observer> log) =>
        (this.environments, this.services, this.repositories, this.cadence, this.probe, this.options, this.clock, this.log) = (environments, services, repositories, cadence, probe, options.Value, clock, log);

    /// <summary>True when there is anything to ask.</summary>
    public bool HasSources => Environments.Any() || repositories.Watched.Count > 0;

    private IEnumerable<RailwayClient> Environments => environments.All.Where(railway => railway.IsConfigured);

    /// <summary>Draws the picture.</summary>
    /// <param name="known">The services that are remembered; the history of others is asked for.</param>
    /// <param name="hurry">True when an event came: what is not asked every time is asked now, too.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    public async Task<Picture> ObserveAsync(IReadOnlyList<WatchedService> known, bool hurry, CancellationToken cancellationToken)
    {
        var listing = Environments.Select(railway => TryAsync(Name(railway), token => services.ServicesAsync(railway, known, token), cancellationToken)).ToList();
        var probing = Task.WhenAll(options.Services.Where(service => service.Value is { Watch: true, HealthUrl: not null }).Select(async service =>
            (service.Key, Check: await CheckAsync(service.Value.HealthUrl!, cancellationToken))));
        var looking = repositories.Watched.SelectMany(repository => new[]
        {
            Due($"runs of {repository}", hurry, token => repositories.RunsAsync(repository, token), cancellationToken),
            options.ProposeMerges ? Due($"pull requests of {repository}", hurry, token => repositories.PullRequestsAsync(repository, token), cancellationToken) : null,
        }).OfType<Task<(RepositoryPicture?, string?)>>().ToList();

        var listed = await Task.WhenAll(listing);
        var looked = await Task.WhenAll(looking);
        var health = (await probing).ToDictionary(check => check.Key, check => check.Check, StringComparer.Ordinal);
        return new Picture(
            clock.Now(), [.. listed.SelectMany(one => one.Answer ?? [])], health,
            [.. listed.Select(one => one.Trouble).Concat(looked.Select(one => one.Item2)).OfType<string>()])
        {
            Repositories = [.. looked.Select(one => one.Item1).OfType<RepositoryPicture>()],
        };
    }

    /// <summary>The provider's words about a deployment in ours.</summary>
    internal static ObservedDeployment Translate(RailwayDeployment deployment) => new(
        deployment.Id, ServiceSource.State(deployment.Status), deployment.RawStatus, deployment.Version, deployment.CreatedAt, deployment.StatusUpdatedAt, deployment.CanRollback, deployment.Url);

    private static string Name(RailwayClient railway) => railway.Environment.IsDefault ? RailwayClient.Vendor : $"{RailwayClient.Vendor} ({railway.Environment.Name})";

    // Asked at the pace of a quiet loop, however fast it turns.
    private Task<(T? Answer, string? Trouble)>? Due<T>(string source, bool hurry, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class =>
        cadence.IsDue(source, options.PollInterval, hurry) ? TryAsync(source, ask, cancellationToken) : null;

    // One check in twenty fails of a service that is well, and three in a row do every few days: a failure counts when the
    // service fails twice within the time that it has.
    private async Task<HealthCheck> CheckAsync(Uri address, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var first = await probe.CheckAsync(address, options.SourceTimeout, cancellationToken);
        var left = options.SourceTimeout - clock.GetElapsedTime(begun);
        return first.IsWell || left <= TimeSpan.Zero ? first : await probe.CheckAsync(address, left, cancellationToken);
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
