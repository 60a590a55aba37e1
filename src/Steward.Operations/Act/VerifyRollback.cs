using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Alerts;
using Steward.Connectors.Deployed;
using Steward.Connectors.Railway;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Observe;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Watches a rollback until its replacement serves, and says so only then.</summary>
internal sealed class VerifyRollback(
    Database database, Outbox outbox, AuditLog audit, RailwayClient railway, HealthProbe probe, IOptions<OperationsOptions> options, TimeProvider clock) : IWorkHandler
{
    private const int Recent = 10;

    public string Kind => ActWork.VerifyKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<ActPayload>();
        var finding = await database.ReadAsync(session => FindingStore.FindAsync(session, payload.Finding), cancellationToken)
            ?? throw new InvalidOperationException($"There is no finding {payload.Finding}.");
        var deployments = await railway.ListDeploymentsAsync(finding.ServiceId, Recent, cancellationToken);
        var failed = deployments.FirstOrDefault(deployment => deployment.Id == finding.DeploymentId);
        var replacement = deployments
            .Where(deployment => deployment.Id != finding.DeploymentId && deployment.CreatedAt >= (failed?.CreatedAt ?? finding.HappenedAt))
            .OrderBy(deployment => deployment.CreatedAt)
            .LastOrDefault();
        var state = replacement is null ? DeploymentState.Pending : Observer.Translate(replacement).State;
        if (state == DeploymentState.Active && await IsWellAsync(finding, cancellationToken))
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

    private async Task<bool> IsWellAsync(Finding finding, CancellationToken cancellationToken) =>
        !options.Value.Services.TryGetValue(finding.Service, out var service) || service.HealthUrl is not { } address ||
        (await probe.CheckAsync(address, options.Value.SourceTimeout, cancellationToken)).IsWell;

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
                await DeploymentStore.MarkAsync(session, finding.DeploymentId, DeploymentState.RolledBack, clock.Now());
            }

            await FindingStore.MoveAsync(session, finding.Id, state, outcome, clock.Now());
            await audit.AppendAsync(session, new AuditEntry(AuditKinds.Verified, Cycle.Actor)
            {
                Action = "railway.deployment.rollback",
                Target = $"deployment/{payload.Decision.Target}",
                Service = finding.Service,
                Reason = outcome,
                CorrelationId = finding.CorrelationId,
                Detail = new JsonObject { ["recovered"] = state == FindingState.Recovered, ["replacement"] = replacement?.Id, ["seconds"] = Math.Round(seconds, 1) },
            });
            await outbox.TellAsync(session, FindingAlert.Of(finding, state == FindingState.Recovered ? AlertOccasion.Recovered : AlertOccasion.Stuck, outcome));
            return WorkResult.Done(outcome);
        }, cancellationToken);
    }
}
