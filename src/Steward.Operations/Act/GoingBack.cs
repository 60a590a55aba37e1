using Steward.Governance.Calls;
using Steward.Operations.Decide;
using Steward.Operations.Deploys;
using Steward.Operations.Findings;
using Steward.Platform.Storage;

namespace Steward.Operations.Act;

/// <summary>Who goes back already: the loop and the rollbacks that people ask for keep out of each other's way.</summary>
internal static class GoingBack
{
    /// <summary>What the loop does about a service that a rollback would do a second time, in words; null when it does nothing or only waits.</summary>
    /// <param name="session">Where to look.</param>
    /// <param name="serviceId">The key of the service.</param>
    /// <param name="now">The time.</param>
    public static async Task<string?> OfTheLoopAsync(Session session, string serviceId, DateTimeOffset now)
    {
        foreach (var finding in await FindingStore.OpenAsync(session))
        {
            if (finding.ServiceId == serviceId && finding.State != FindingState.Stuck && finding.Decisions.FirstOrDefault(one => one.Kind == DecisionKind.RollBack) is { Target: var target }
                && (finding.State == FindingState.Recovering || await Gate.HasBegunAsync(session, ActWork.Key(finding, "rollback"), now)))
            {
                return $"{finding.Service} is being brought back already: {finding.Summary} It goes back to deployment {target}, and what comes of that is looked at (steward findings show {finding.Id}). Nothing else was done. If that does not help, ask again when it is over.";
            }
        }

        return null;
    }

    /// <summary>The rollback that a person asked for and the provider is being asked for, or has been and does not show yet; null when there is none.</summary>
    public static async Task<Deploy?> OfAPersonAsync(Session session, string serviceId, DateTimeOffset now)
    {
        var rollback = (await DeployStore.OpenAsync(session, serviceId)).FirstOrDefault(one => one is { Kind: DeployKind.RollBack, DeploymentId: null });
        return rollback is not null && await Gate.HasBegunAsync(session, rollback.Key(TriggerStep.Step(rollback)), now) ? rollback : null;
    }
}
