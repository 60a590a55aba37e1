using Steward.Alerts;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Deploys;

/// <summary>
/// A rollback takes the place of the deploy that it goes back from, once the provider has accepted it. Until then the deploy
/// goes on to its own end: a rollback that is refused or denied changes nothing about it.
/// </summary>
internal sealed class TakeOver(Database database, WorkLedger ledger, Outbox outbox, AuditLog audit, TimeProvider clock)
{
    /// <summary>True when a rollback may wait beside this deploy: it is only watched, or what is done about it waits for somebody.</summary>
    public static bool IsOpenTo(Deploy rollback, Deploy open) =>
        rollback.Kind == DeployKind.RollBack && open is { Kind: not DeployKind.RollBack, State: DeployState.Verifying or DeployState.Watching or DeployState.Undoing };

    /// <summary>Ends the deploy that the rollback has gone back from, where it is still open. May be done again.</summary>
    public Task RunAsync(Deploy rollback, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        await AuditLog.LockAsync(session);
        foreach (var open in await DeployStore.OpenAsync(session, rollback.ServiceId))
        {
            if (IsOpenTo(rollback, open) && open.DeploymentId == rollback.FromId)
            {
                var now = clock.Now();
                var ended = open with { State = DeployState.Overtaken, Note = $"{rollback.RequestedBy} asked to go back from it.", StateAt = now, ClosedAt = now };
                await DeployStore.SaveAsync(session, ended);
                await DeploySaga.WriteEndAsync(session, audit, ended, rollback.RequestedBy);
                await ReportDeploy.AskAsync(session, ledger, outbox, ended);
            }
        }
    }, cancellationToken);
}
