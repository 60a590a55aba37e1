using Microsoft.Extensions.Options;
using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Observe;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Starts a crashed deployment once more and leaves the outcome to <see cref="VerifyRestart"/>. When it cannot, the loop goes back instead.</summary>
internal sealed class Restart(
    Cases cases, Database database, WorkLedger ledger, Gate gate, RailwayEnvironments environments, WatchLoop loop, IOptions<OperationsOptions> options, TimeProvider clock) : IWorkHandler
{
    private const int Recent = 10;

    public string Kind => ActWork.RestartKind;

    public string CallOff(WorkItem item) => ActWork.CallOff(item);

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        // Also one that a person drives again: what came of it would be followed and told by nobody.
        if (finding.ClosedAt is not null)
        {
            return WorkResult.Done("It was over before anything was done.");
        }

        var (railway, service, deploymentId) = Site.Of(environments, finding);
        var request = new CallRequest(
            ActWork.Key(finding, ActWork.RestartStep), new Actor(Cycle.Actor), railway.Calls.Restart(service, deploymentId), payload.Decision.Reason, finding.CorrelationId)
        {
            Evidence = finding.Evidence,
            Confidence = payload.Decision.Confidence,
            WaitingWork = item.Id,
        };
        try
        {
            var step = await new GovernedStep(gate, clock).RunAsync(
                request,
                async (permit, token) =>
                {
                    await StillCrashedAsync(finding, railway, service.Id, deploymentId, payload.Decision.Past, token);
                    await railway.RestartAsync(permit, service, deploymentId, token);
                    OperationsMeter.Acted(RailwayCalls.RestartAction);
                    return "The restart was accepted.";
                },
                (_, token) => HappenedAsync(finding, railway, deploymentId, token),
                cancellationToken);
            if (step.Later is not null)
            {
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
            await database.WriteAsync(async session =>
            {
                await DeploymentStore.RestartFailedAsync(session, deploymentId, clock.Now());
                await cases.MoveAsync(session, finding, FindingState.Closed, $"It could not be started once more: {e.Message}", null);
            }, cancellationToken);
            await loop.LookNowAsync(cancellationToken);
            throw;
        }

        await database.WriteAsync(async session =>
        {
            await DeploymentStore.RestartedAsync(session, deploymentId, finding.HappenedAt);
            await cases.MoveAsync(session, finding, FindingState.Recovering, $"Deployment {deploymentId} is being started once more.", null);
            await ledger.EnqueueAsync(session, ActWork.VerifyRestart(finding, payload.Decision));
        }, cancellationToken);
        return WorkResult.Done($"The restart of {finding.Service} was accepted.");
    }

    private async Task StillCrashedAsync(Finding finding, RailwayClient railway, string serviceId, string deploymentId, string? past, CancellationToken cancellationToken)
    {
        var newestFirst = await railway.ListDeploymentsAsync(serviceId, Recent, cancellationToken);
        if (Replacement.Standing(newestFirst) is not { } latest)
        {
            return;
        }

        var crashed = Replacement.AtFault(newestFirst, latest, deploymentId, past, options.Value.VerifyTimeout, clock.Now(), "restarted");
        var state = Observer.Translate(crashed).State;
        if (state != DeploymentState.Crashed)
        {
            throw new OvertakenException($"{finding.Service} is {crashed.RawStatus} by now: nothing is restarted.") { IsWell = state == DeploymentState.Active };
        }
    }

    // The provider notes when a status changed. One that has not changed since the crash says that nothing was started.
    private static async Task<bool?> HappenedAsync(Finding finding, RailwayClient railway, string deploymentId, CancellationToken cancellationToken)
    {
        var deployment = await railway.GetDeploymentAsync(deploymentId, cancellationToken);
        return Observer.Translate(deployment).State != DeploymentState.Crashed || VerifyRestart.HasMoved(finding, deployment);
    }
}
