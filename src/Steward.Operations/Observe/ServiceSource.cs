using Microsoft.Extensions.Options;
using Steward.Connectors.Railway;
using Steward.Operations.Deployments;
using Steward.Operations.Watched;

namespace Steward.Operations.Observe;

/// <summary>Asks one environment on Railway for its services and how they are deployed.</summary>
internal sealed class ServiceSource(IOptions<OperationsOptions> options)
{
    // What a service that is new to Steward is remembered by: enough to find a deployment to go back to.
    private const int FirstHistory = 10;
    private const int HistoriesAtOnce = 4;

    /// <summary>The watched services of the environment, by their keys.</summary>
    /// <param name="railway">The environment.</param>
    /// <param name="known">The services that are remembered; the history of others is asked for.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<IReadOnlyList<ObservedService>> ServicesAsync(RailwayClient railway, IReadOnlyList<WatchedService> known, CancellationToken cancellationToken)
    {
        var remembered = known.ToDictionary(service => service.Id, StringComparer.Ordinal);
        var listed = (await railway.ListServicesAsync(cancellationToken))
            .Select(service => (Service: service, Key: railway.Environment.KeyOf(service.Id), Name: railway.Environment.KeyOf(service.Name)))
            .Where(one => remembered.GetValueOrDefault(one.Key)?.IsWatched != false && options.Value.Of(one.Name)?.Watch != false)
            .ToList();
        var histories = (await FewAtATime.AskAsync(listed.Where(one => !remembered.ContainsKey(one.Key)), HistoriesAtOnce, async one =>
            (one.Key, Earlier: await railway.ListDeploymentsAsync(one.Service.Id, FirstHistory, cancellationToken))))
            .ToDictionary(one => one.Key, one => (IReadOnlyList<ObservedDeployment>)[.. one.Earlier.Select(Observer.Translate)], StringComparer.Ordinal);
        return
        [
            .. listed.Select(one => new ObservedService(
                one.Key, one.Name, one.Service.LatestDeployment is { } latest ? Observer.Translate(latest) : null,
                [.. one.Service.ActiveDeployments.Select(Observer.Translate)], histories.GetValueOrDefault(one.Key) ?? [])),
        ];
    }

    /// <summary>The provider's words about a deployment's state in ours.</summary>
    public static DeploymentState State(RailwayStatus status) => status switch
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
}
