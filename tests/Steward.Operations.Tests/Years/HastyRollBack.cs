using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Operations.Act;
using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Tests.Years;

/// <summary>A broken variant: it goes back without another look, and again when it does not know whether it did.</summary>
internal class HastyRollBack(IServiceProvider services, Cases cases, Database database, WorkLedger ledger, Gate gate, RailwayEnvironments environments, TimeProvider clock) : IWorkHandler
{
    private readonly RailwayClient railway = environments.Default;

    public string Kind => ActWork.RollBackKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        await Careless.ForgetAsync(services, item, cancellationToken);
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        var (serviceId, deploymentId) = finding.Deployed();
        var (service, target) = (new RailwayServiceRef(serviceId, finding.Service), await TargetAsync(finding, payload.Decision, cancellationToken));
        var answer = await gate.AskAsync(new CallRequest(ActWork.Key(finding, "rollback"), new Actor(Cycle.Actor), railway.Calls.Rollback(service, target), "Quickly.", finding.CorrelationId)
        {
            Confidence = 1,
            Facts = new HashSet<string> { "known-good" },
            WaitingWork = item.Id,
        }, cancellationToken);
        if (answer is GateAnswer.Permitted { Permit: var permit })
        {
            await railway.RollbackAsync(permit, service, target, cancellationToken);
        }

        await database.WriteAsync(async session =>
        {
            await DeploymentStore.MarkAsync(session, deploymentId, DeploymentState.RollingBack, clock.GetUtcNow());
            await cases.MoveAsync(session, finding, FindingState.Recovering, "Going back.", null);
            await ledger.EnqueueAsync(session, ActWork.Verify(finding, payload.Decision));
        }, cancellationToken);
        return WorkResult.Done("Rolled back.");
    }

    protected virtual Task<string> TargetAsync(Finding finding, Decision decision, CancellationToken cancellationToken) => Task.FromResult(decision.Target!);
}
