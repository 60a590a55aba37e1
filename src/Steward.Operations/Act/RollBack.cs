using Steward.Alerts;
using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Carries out a rollback: looks again, asks the gate, goes back, and leaves the outcome to <see cref="VerifyRollback"/>.</summary>
internal sealed class RollBack(
    Database database, WorkLedger ledger, Outbox outbox, Gate gate, RailwayClient railway, RailwayCalls calls, TimeProvider clock) : IWorkHandler
{
    private const int Recent = 10;

    public string Kind => ActWork.RollBackKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<ActPayload>();
        var finding = await database.ReadAsync(session => FindingStore.FindAsync(session, payload.Finding), cancellationToken)
            ?? throw new InvalidOperationException($"There is no finding {payload.Finding}.");
        var target = payload.Decision.Target ?? throw new InvalidOperationException("A rollback without a target.");
        try
        {
            var step = await new GovernedStep(gate, clock).RunAsync(
                Request(item, finding, payload, target),
                async (permit, token) =>
                {
                    await StillNeededAsync(finding, target, token);
                    await railway.RollbackAsync(permit, Service(finding), target, token);
                    OperationsMeter.Acted(RailwayCalls.RollbackAction);
                    return $"Rollback to {target} was accepted.";
                },
                (_, token) => HappenedAsync(finding, token),
                cancellationToken);
            if (step.Later is { } later)
            {
                await NoteAsync(finding, later, cancellationToken);
                return later;
            }
        }
        catch (OvertakenException e)
        {
            await CloseAsync(finding, FindingState.Closed, e.Message, null, cancellationToken);
            return WorkResult.Refused(e.Message);
        }
        catch (ConnectorException e) when (!e.IsTransient || item.Attempt >= item.MaxAttempts)
        {
            await CloseAsync(finding, FindingState.Stuck, $"The rollback did not come through: {e.Message}", AlertOccasion.Stuck, cancellationToken);
            throw;
        }

        await AcceptedAsync(finding, payload, cancellationToken);
        return WorkResult.Done($"Rollback of {finding.Service} to {target} was accepted.");
    }

    private CallRequest Request(WorkItem item, Finding finding, ActPayload payload, string target) => new(
        ActWork.Key(finding, "rollback"), new Actor(Cycle.Actor), calls.Rollback(Service(finding), target),
        payload.Decision.Reason, finding.CorrelationId)
    {
        Evidence = finding.Evidence,
        Confidence = payload.Decision.Confidence,
        Facts = payload.Decision.KnownGood ? new HashSet<string> { "known-good" } : [],
        WaitingWork = item.Id,
    };

    private static RailwayServiceRef Service(Finding finding) => new(finding.ServiceId, finding.Service);

    // Minutes may have passed: a person may have pushed a fix or rolled back by hand meanwhile, and the provider forgets.
    private async Task StillNeededAsync(Finding finding, string target, CancellationToken cancellationToken)
    {
        if (await railway.ListDeploymentsAsync(finding.ServiceId, 1, cancellationToken) is [var latest, ..] && latest.Id != finding.DeploymentId)
        {
            throw new OvertakenException($"Deployment {latest.Id} came after {finding.DeploymentId}: somebody acted meanwhile, so nothing is rolled back.");
        }

        // The provider takes the target's id alone: that it is of this service is ours to check.
        var goal = await railway.GetDeploymentAsync(target, cancellationToken);
        if (!goal.CanRollback || goal.ServiceId != finding.ServiceId)
        {
            throw new ConnectorException(RailwayClient.Vendor, "DeploymentRollback", $"deployment {target} of {finding.Service} can no longer be gone back to.") { Effect = CallEffect.None };
        }
    }

    // When the permit was redeemed the failed deployment was the latest, so whatever the provider lists before it came of
    // the rollback. Only the provider's own order counts: its clock is not ours.
    private async Task<bool?> HappenedAsync(Finding finding, CancellationToken cancellationToken)
    {
        var newestFirst = await railway.ListDeploymentsAsync(finding.ServiceId, Recent, cancellationToken);
        var place = newestFirst.ToList().FindIndex(deployment => deployment.Id == finding.DeploymentId);
        return place < 0 ? null : place > 0;
    }

    private Task AcceptedAsync(Finding finding, ActPayload payload, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        await DeploymentStore.MarkAsync(session, finding.DeploymentId, DeploymentState.RollingBack, clock.Now());
        await FindingStore.MoveAsync(session, finding.Id, FindingState.Recovering, $"Rolling back to {payload.Decision.Target}.", clock.Now());
        await ledger.EnqueueAsync(session, ActWork.Verify(finding, payload.Decision));
    }, cancellationToken);

    private Task NoteAsync(Finding finding, WorkResult later, CancellationToken cancellationToken) => later switch
    {
        { IsRefusal: true } => CloseAsync(finding, FindingState.Stuck, later.Text, AlertOccasion.Stuck, cancellationToken),
        _ => CloseAsync(finding, FindingState.Waiting, later.Text, null, cancellationToken),
    };

    private Task CloseAsync(Finding finding, FindingState state, string outcome, AlertOccasion? occasion, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            await FindingStore.MoveAsync(session, finding.Id, state, outcome, clock.Now());
            if (occasion is { } why)
            {
                await outbox.TellAsync(session, FindingAlert.Of(finding, why, outcome));
            }
        }, cancellationToken);

    private sealed class OvertakenException(string message) : Exception(message);
}
