using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Connectors.Deployed;
using Steward.Connectors.Railway;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Observe;
using Steward.Operations.Watched;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Watches a rollback until its replacement serves, and says so only then.</summary>
internal sealed class VerifyRollback(
    Cases cases, Database database, AuditLog audit, RailwayEnvironments environments, HealthProbe probe, IOptions<OperationsOptions> options, TimeProvider clock) : IWorkHandler
{
    private const int Recent = 10;

    public string Kind => ActWork.VerifyKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        var (railway, service, failedId) = Site.Of(environments, finding);
        var deployments = await railway.ListDeploymentsAsync(service.Id, Recent, cancellationToken);
        var failed = deployments.FirstOrDefault(deployment => deployment.Id == failedId);
        var replacement = deployments
            .Where(deployment => deployment.Id != failedId && deployment.CreatedAt >= (failed?.CreatedAt ?? finding.HappenedAt))
            .OrderBy(deployment => deployment.CreatedAt)
            .LastOrDefault();
        var state = replacement is null ? DeploymentState.Pending : Observer.Translate(replacement).State;
        if (state == DeploymentState.Active && await probe.IsWellAsync(options.Value, finding.Service, cancellationToken))
        {
            return await EndAsync(finding, payload, replacement!, FindingState.Recovered, cancellationToken);
        }

        if (DeploymentLife.IsBad(state))
        {
            return await EndAsync(finding, payload, replacement!, FindingState.Stuck, cancellationToken);
        }

        return clock.Now() - item.CreatedAt > options.Value.VerifyTimeout
            ? await EndAsync(finding, payload, replacement, FindingState.Stuck, cancellationToken)
            : WorkResult.WaitUntil(clock.Now() + options.Value.VerifyInterval, $"The replacement is {replacement?.RawStatus ?? "not listed yet"}.");
    }

    private Task<WorkResult> EndAsync(Finding finding, ActPayload payload, RailwayDeployment? replacement, FindingState state, CancellationToken cancellationToken)
    {
        var seconds = (clock.Now() - finding.HappenedAt).TotalSeconds;
        var outcome = state == FindingState.Recovered
            ? $"{finding.Service} serves again: deployment {replacement!.Id} ({replacement.Version ?? payload.Decision.Target}) took over {seconds:0.0} s after the failure."
            : $"The rollback of {finding.Service} to {payload.Decision.Target} did not come through: the replacement is {replacement?.RawStatus ?? "not there"}. A person has to look.";
        return database.WriteAsync(async session =>
        {
            if (state == FindingState.Recovered)
            {
                await DeploymentStore.MarkAsync(session, finding.Deployed().DeploymentId, DeploymentState.RolledBack, clock.Now());
            }

            await cases.MoveAsync(session, finding, state, outcome, state == FindingState.Recovered ? AlertOccasion.Recovered : AlertOccasion.Stuck);
            await audit.AppendAsync(session, new AuditEntry(AuditKinds.Verified, Cycle.Actor)
            {
                Action = RailwayCalls.RollbackAction,
                Target = $"deployment/{payload.Decision.Target}",
                Service = finding.Service,
                Reason = outcome,
                CorrelationId = finding.CorrelationId,
                Detail = new JsonObject { ["recovered"] = state == FindingState.Recovered, ["replacement"] = replacement?.Id, ["seconds"] = Math.Round(seconds, 1) },
            });
            return WorkResult.Done(outcome);
        }, cancellationToken);
    }
}
