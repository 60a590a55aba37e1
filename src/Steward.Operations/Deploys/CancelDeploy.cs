using Steward.Alerts;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Deploys;

/// <summary>Calls a deploy off while nothing was deployed, and with it what people were asked about it. What was merged stays merged.</summary>
public sealed class CancelDeploy(Database database, WorkLedger ledger, Outbox outbox, Gate gate, AuditLog audit, TimeProvider clock)
{
    /// <summary>Calls it off.</summary>
    public async Task<Outcome<Deploy>> HandleAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        var outcome = await database.WriteAsync<Outcome<Deploy>>(async session =>
        {
            // The lock of the gate first, as whoever redeems a permit takes it: from here on nothing new begins.
            await AuditLog.LockAsync(session);
            if (await DeployStore.FindAsync(session, id) is not { } deploy)
            {
                return Refusal.NotFound("deploy", id);
            }

            if (deploy.ClosedAt is not null)
            {
                return new Refusal(RefusalKind.Conflict, "wrong-state", $"Deploy {id} is over: {Row.EnumText(deploy.State)}. {deploy.Note}");
            }

            // Once the provider was asked, calling it off would only close the eyes.
            var reason = $"Called off by {by}.";
            if (deploy.State is not (DeployState.Checking or DeployState.Merging or DeployState.Triggering) || deploy.DeploymentId is not null
                || await gate.WithdrawAsync(session, deploy.Key(TriggerStep.Step(deploy)), reason) == Withdrawal.Begun)
            {
                return new Refusal(RefusalKind.Conflict, "wrong-state",
                    $"Deploy {id} is {Row.EnumText(deploy.State)} and the provider was asked to begin: it cannot be called off any more. It is followed to its end and undone if it is bad. To undo it then: steward rollback {deploy.Service}.");
            }

            var isMerged = await gate.WithdrawAsync(session, deploy.Key(MergeStep.Step), reason) == Withdrawal.Begun || (deploy is { Kind: DeployKind.PullRequest, CommitSha: not null });
            var cancelled = deploy with
            {
                State = DeployState.Cancelled,
                Note = isMerged ? $"{reason} The merge had begun and stays; a provider that follows the branch deploys it by itself." : reason,
                StateAt = clock.Now(),
                ClosedAt = clock.Now(),
            };
            await DeployStore.SaveAsync(session, cancelled);
            await DeploySaga.WriteEndAsync(session, audit, cancelled, by.Name);
            await ReportDeploy.AskAsync(session, ledger, outbox, cancelled);
            return cancelled;
        }, cancellationToken);
        if (!outcome.IsRefused)
        {
            await ledger.WakeAsync(DeploySaga.WorkKind, id.ToString(), cancellationToken);
        }

        return outcome;
    }
}
