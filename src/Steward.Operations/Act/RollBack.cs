using Microsoft.Extensions.Options;
using Steward.Connectors.Deployed;
using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Observe;
using Steward.Operations.Watched;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Carries out a rollback: looks again, asks the gate, goes back, and leaves the outcome to <see cref="VerifyRollback"/>.</summary>
internal sealed class RollBack(
    Cases cases, Database database, WorkLedger ledger, Gate gate, RailwayEnvironments environments,
    HealthProbe probe, IOptions<OperationsOptions> options, TimeProvider clock) : IWorkHandler
{
    private const int Recent = 10;

    public string Kind => ActWork.RollBackKind;

    public string CallOff(WorkItem item) => ActWork.CallOff(item);

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        // Also one that a person drives again: what came of it would be followed and told by nobody.
        if (finding.ClosedAt is not null)
        {
            return WorkResult.Done("It was over before anything was done.");
        }

        var target = payload.Decision.Target ?? throw new InvalidOperationException("A rollback without a target.");
        try
        {
            var site = Site.Of(environments, finding);
            await NobodyGoesBackAsync(finding, cancellationToken);
            var step = await new GovernedStep(gate, clock).RunAsync(
                Request(item, finding, payload, site, target),
                async (permit, token) =>
                {
                    await StillNeededAsync(finding, site, payload.Decision, token);
                    // A person's rollback may have got its permit in the moment of ours: both ask once they have theirs, so that one yields.
                    await NobodyGoesBackAsync(finding, token);
                    await site.Railway.RollbackAsync(permit, site.Service, target, token);
                    OperationsMeter.Acted(RailwayCalls.RollbackAction);
                    return $"Rollback to {target} was accepted.";
                },
                (_, token) => HappenedAsync(site, payload.Decision, token),
                cancellationToken);
            if (step.Later is { } later)
            {
                if (later.IsRefusal)
                {
                    // Nobody need hear that it was not done when somebody else has done it meanwhile.
                    await StillNeededAsync(finding, site, payload.Decision, cancellationToken);
                }

                return await cases.LaterAsync(finding, step, cancellationToken);
            }
        }
        catch (OvertakenException e) when (e.IsForNow)
        {
            var wait = WorkResult.WaitUntil(clock.Now() + options.Value.VerifyInterval, e.Message);
            await cases.LaterAsync(finding, wait, cancellationToken);
            return wait;
        }
        catch (OvertakenException e)
        {
            await cases.MoveAsync(finding, e.IsWell ? FindingState.Recovered : FindingState.Closed, e.Message, e.IsWell ? AlertOccasion.Recovered : null, cancellationToken);
            return WorkResult.Refused(e.Message);
        }
        catch (ConnectorException e) when (!e.IsTransient || item.Attempt >= item.MaxAttempts)
        {
            await cases.MoveAsync(finding, FindingState.Stuck, $"The rollback did not come through: {e.Message}", AlertOccasion.Stuck, cancellationToken);
            throw;
        }

        await AcceptedAsync(finding, payload, cancellationToken);
        return WorkResult.Done($"Rollback of {finding.Service} to {target} was accepted.");
    }

    private static CallRequest Request(WorkItem item, Finding finding, ActPayload payload, Site site, string target) => new(
        ActWork.Key(finding, ActWork.RollBackStep), new Actor(Cycle.Actor), site.Railway.Calls.Rollback(site.Service, target),
        payload.Decision.Reason, finding.CorrelationId)
    {
        Evidence = finding.Evidence,
        Confidence = payload.Decision.Confidence,
        Facts = payload.Decision.KnownGood ? new HashSet<string> { "known-good" } : [],
        WaitingWork = item.Id,
    };

    private async Task NobodyGoesBackAsync(Finding finding, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(session => GoingBack.OfAPersonAsync(session, finding.Deployed().ServiceId, clock.Now()), cancellationToken) is { } theirs)
        {
            throw new OvertakenException($"{theirs.RequestedBy} goes back already (deploy {theirs.Id}): what comes of that is waited for.") { IsForNow = true };
        }
    }

    // Minutes may have passed: a person may have pushed a fix or rolled back by hand meanwhile, and the provider forgets.
    private async Task StillNeededAsync(Finding finding, Site site, Decision decision, CancellationToken cancellationToken)
    {
        var (railway, service, failed) = site;
        var newestFirst = await railway.ListDeploymentsAsync(service.Id, Recent, cancellationToken);
        if (Replacement.Standing(newestFirst) is { } latest)
        {
            var bad = Replacement.AtFault(newestFirst, latest, failed, decision.Past, options.Value.VerifyTimeout, clock.Now(), "rolled back");
            await StillBadAsync(finding, bad, cancellationToken);
        }

        // The provider takes the target's id alone: that it is of this service is ours to check.
        var target = decision.Target!;
        var goal = await railway.GetDeploymentAsync(target, cancellationToken);
        if (!goal.CanRollback || goal.ServiceId != service.Id)
        {
            throw new ConnectorException(RailwayClient.Vendor, "DeploymentRollback", $"deployment {target} of {service.Name} can no longer be gone back to.") { Effect = CallEffect.None };
        }
    }

    // A person may have started it again, or what it leans on may be back.
    private async Task StillBadAsync(Finding finding, RailwayDeployment latest, CancellationToken cancellationToken)
    {
        var state = Observer.Translate(latest).State;
        var isWell = finding.Kind == FindingKind.DeploymentUnhealthy
            // The latest serves, or failed while the one before it serves still.
            ? state is DeploymentState.Active or DeploymentState.Failed && await AnswersWellAsync(finding.Service, latest, cancellationToken)
            : !DeploymentLife.IsBad(state);
        if (isWell)
        {
            throw new OvertakenException($"Deployment {latest.Id} of {finding.Service} is {latest.RawStatus} by now and answers well: nothing is rolled back.") { IsWell = true };
        }
    }

    // At the address at which it was found to be bad. Where there is none to ask, nothing speaks against what was found.
    private async Task<bool> AnswersWellAsync(string service, RailwayDeployment latest, CancellationToken cancellationToken) =>
        ServiceHealthCheck.Address(options.Value, service, latest.Url) is { } address
        && (await IsWellAsync(address, cancellationToken) || await IsWellAsync(address, cancellationToken));

    // Asked twice before anything is undone: one check in twenty fails of a service that is well.
    private async Task<bool> IsWellAsync(Uri address, CancellationToken cancellationToken) =>
        (await probe.CheckAsync(address, options.Value.SourceTimeout, cancellationToken)).IsWell;

    // When the permit was redeemed the failed deployment was the latest, so what the provider lists before it came of the
    // rollback, or of somebody who pushed since. Only the provider's own order counts: its clock is not ours. One that was
    // replaced already is not looked for: the next look finds what did that.
    private static async Task<bool?> HappenedAsync(Site site, Decision decision, CancellationToken cancellationToken)
    {
        var (railway, service, failed) = site;
        var newestFirst = await railway.ListDeploymentsAsync(service.Id, Recent, cancellationToken);
        return newestFirst.Any(one => one.Id == failed)
            ? Replacement.Of(newestFirst.TakeWhile(one => one.Id != failed).Where(one => !Replacement.IsRemoved(one)), decision) is not null
            : null;
    }

    private Task AcceptedAsync(Finding finding, ActPayload payload, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        await DeploymentStore.MarkAsync(session, finding.Deployed().DeploymentId, DeploymentState.RollingBack, clock.Now());
        await cases.MoveAsync(session, finding, FindingState.Recovering, $"Rolling back to {payload.Decision.Target}.", null);
        await ledger.EnqueueAsync(session, ActWork.Verify(finding, payload.Decision));
    }, cancellationToken);
}
