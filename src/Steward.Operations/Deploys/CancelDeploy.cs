using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Deploys;

/// <summary>Calls a deploy off while nothing was deployed. What was merged stays merged.</summary>
public sealed class CancelDeploy(Database database, WorkLedger ledger, AuditLog audit, TimeProvider clock)
{
    /// <summary>Calls it off.</summary>
    public async Task<Outcome<Deploy>> HandleAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        var outcome = await database.WriteAsync<Outcome<Deploy>>(async session =>
        {
            if (await DeployStore.FindAsync(session, id) is not { } deploy)
            {
                return Refusal.NotFound("deploy", id);
            }

            var cancelled = deploy with { State = DeployState.Cancelled, Note = $"Called off by {by}.", StateAt = clock.Now(), ClosedAt = clock.Now() };
            // Once the provider was asked, calling it off would only close the eyes: roll back instead.
            if (deploy.State is not (DeployState.Checking or DeployState.Merging or DeployState.Triggering) || deploy.DeploymentId is not null || !await DeployStore.SaveAsync(session, cancelled))
            {
                return new Refusal(RefusalKind.Conflict, "wrong-state", $"Deploy {id} is {Row.EnumText(deploy.State)} and cannot be called off any more. To undo it: steward rollback {deploy.Service}.");
            }

            await DeploySaga.WriteEndAsync(session, audit, cancelled, by.Name);
            return cancelled;
        }, cancellationToken);
        if (!outcome.IsRefused)
        {
            await ledger.WakeAsync(DeploySaga.WorkKind, id.ToString(), cancellationToken);
        }

        return outcome;
    }
}
