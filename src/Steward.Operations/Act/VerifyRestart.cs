using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Connectors.Railway;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Deploys;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>
/// Watches a restarted deployment until it has served well for the settling time, several looks in a row. When it dies again
/// or does not come up in time, the loop goes back.
/// </summary>
internal sealed class VerifyRestart(
    Cases cases, Database database, AuditLog audit, Soundness soundness, Settling settling, WatchLoop loop, IOptions<OperationsOptions> options, TimeProvider clock) : IWorkHandler
{
    public string Kind => ActWork.VerifyRestartKind;

    public string CallOff(WorkItem item) => ActWork.CallOff(item);

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, _) = await cases.OpenAsync(item, cancellationToken);
        var (serviceId, deploymentId) = finding.Deployed();
        var look = await soundness.LookAsync(serviceId, deploymentId, ServiceHealthCheck.Address(options.Value, finding.Service, host: null), cancellationToken);
        var deployment = look.Deployment;
        switch (look.State)
        {
            case DeploymentState.Active when look.IsGood:
                return await SettleAsync(finding, deployment, cancellationToken);
            case DeploymentState.Removed:
                return await EndAsync(finding, deployment, FindingState.Closed, $"Deployment {deployment.Id} was replaced while it was being watched.", cancellationToken);
            case DeploymentState.Failed:
            case DeploymentState.Crashed when HasMoved(finding, deployment):
                return await FailAsync(finding, deployment, "it died again", cancellationToken);
            default:
                await settling.ForgetAsync(finding, cancellationToken);
                return clock.Now() - item.CreatedAt > options.Value.VerifyTimeout
                    ? await FailAsync(finding, deployment, $"it was still {look.Word} after {options.Value.VerifyTimeout:g}", cancellationToken)
                    : WorkResult.WaitUntil(clock.Now() + options.Value.VerifyInterval, $"The restarted deployment is {look.Word}.");
        }
    }

    private async Task<WorkResult> SettleAsync(Finding finding, RailwayDeployment deployment, CancellationToken cancellationToken)
    {
        var settled = await settling.GoodAsync(finding, deployment, cancellationToken);
        return settled.IsOver
            ? await EndAsync(finding, deployment, FindingState.Recovered, $"{finding.Service} serves again after a restart of deployment {deployment.Id}.", cancellationToken)
            : WorkResult.WaitUntil(clock.Now() + options.Value.VerifyInterval, $"The restarted deployment serves: {settled.Progress}.");
    }

    /// <summary>True when the provider says that the deployment's status changed after the crash that was found.</summary>
    public static bool HasMoved(Finding finding, RailwayDeployment deployment) =>
        deployment.StatusUpdatedAt is { } at && UtcTime.Truncate(at) > finding.HappenedAt;

    private async Task<WorkResult> FailAsync(Finding finding, RailwayDeployment deployment, string why, CancellationToken cancellationToken)
    {
        var result = await EndAsync(finding, deployment, FindingState.Closed, $"Starting {finding.Service} once more did not help: {why}.", cancellationToken);
        await loop.LookNowAsync(cancellationToken);
        return result;
    }

    private Task<WorkResult> EndAsync(Finding finding, RailwayDeployment deployment, FindingState state, string outcome, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            if (state == FindingState.Closed)
            {
                await DeploymentStore.RestartFailedAsync(session, deployment.Id, clock.Now());
            }

            await cases.MoveAsync(session, finding, state, outcome, state == FindingState.Recovered ? AlertOccasion.Recovered : null);
            await audit.AppendAsync(session, new AuditEntry(AuditKinds.Verified, Cycle.Actor)
            {
                Action = RailwayCalls.RestartAction,
                Target = finding.Subject,
                Service = finding.Service,
                Reason = outcome,
                CorrelationId = finding.CorrelationId,
                Detail = new JsonObject { ["recovered"] = state == FindingState.Recovered, ["status"] = deployment.RawStatus },
            });
            return WorkResult.Done(outcome);
        }, cancellationToken);
}
