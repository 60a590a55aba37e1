using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Operations.Act;
using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Tests.Years;

/// <summary>A broken variant: it goes back to what it went back from the last time, which may be better by now.</summary>
internal sealed class FickleRollBack(IServiceProvider services, Cases cases, Database database, WorkLedger ledger, Gate gate, RailwayEnvironments environments, TimeProvider clock)
    : HastyRollBack(services, cases, database, ledger, gate, environments, clock)
{
    private readonly Database database = database;

    protected override async Task<string> TargetAsync(Finding finding, Decision decision, CancellationToken cancellationToken)
    {
        var (serviceId, failed) = finding.Deployed();
        var history = await database.ReadAsync(session => DeploymentStore.OfServiceAsync(session, serviceId), cancellationToken);
        return history.FirstOrDefault(one => one is { State: DeploymentState.RolledBack, CanRollback: true } && one.Id != failed)?.Id ?? decision.Target!;
    }
}
