using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Orient;
using Steward.Operations.Watched;

namespace Steward.Operations.Decide;

/// <summary>
/// Says which outages of a service are over although Steward did not end them: those of which people were only told, those whose
/// recovery waits for a person or for the end of a stop, and those whose recovery did not come about. They are over when something serves well, whoever brought
/// that about. Pure.
/// </summary>
public static class OutageDecider
{
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(5);

    /// <summary>Judges one service.</summary>
    /// <param name="situation">What is going on with it.</param>
    /// <param name="open">The open findings.</param>
    /// <param name="options">The settings.</param>
    public static IEnumerable<Verdict.Over> Decide(Situation situation, IEnumerable<Finding> open, OperationsOptions options)
    {
        var (service, serving) = (situation.Service, situation.Latest.State == DeploymentState.Active ? situation.Latest : situation.Serving);
        var hasAnswered = service.Health == ServiceHealth.Healthy && service.HealthOf == serving?.Id && service.HealthAt - service.HealthSince >= options.SettleTime;
        // Where it cannot be asked, the provider's word is all there is.
        var isWell = hasAnswered || (service.Health == ServiceHealth.Unknown && !ServiceHealthCheck.IsSet(options, service.Name));
        if (!isWell || serving is not { UnhealthyAt: null } || situation.At - serving.StateAt < options.SettleTime)
        {
            return [];
        }

        // What is stuck may be about this very deployment, which nothing but its own answers speaks for. Another one's say nothing about it.
        var isGood = serving is { Distrust: null, GoodAt: not null };
        var outcome = $"{service.Name} serves again: deployment {serving.Id} ({serving.Version ?? "version unknown"}) answers for it.";
        return open
            .Where(finding => finding.ServiceId == service.Id && finding.IsOutage && (finding.IsOnlyTold || finding.State is FindingState.Waiting or FindingState.Stuck))
            .Where(finding => isGood || (finding.State == FindingState.Stuck && hasAnswered))
            .Where(finding => finding is not { Kind: FindingKind.DeploymentUnhealthy, IsOnlyTold: true } || IsCalm(service, options))
            .Select(finding => new Verdict.Over(finding.Fingerprint, outcome)
            {
                IsUndone = IsUndone(situation, finding, serving),
                IsTrusted = finding.State == FindingState.Stuck && hasAnswered && finding.DeploymentId == serving.Id,
            });
    }

    // What answers well and badly by turns is one outage: people are not called at each turn.
    private static bool IsCalm(WatchedService service, OperationsOptions options) =>
        service.HealthAt - service.HealthSince >= (options.WatchWindow < Calm ? options.WatchWindow : Calm);

    // Somebody went back to what had been there before.
    private static bool IsUndone(Situation situation, Finding finding, Deployment serving) =>
        situation.History.FirstOrDefault(one => one.Id == finding.DeploymentId) is { } failed && failed.Id != serving.Id
        && situation.History.Any(one => one.CreatedAt < failed.CreatedAt && (one.Id == serving.Id || (one.Version is not null && one.Version == serving.Version)));
}
