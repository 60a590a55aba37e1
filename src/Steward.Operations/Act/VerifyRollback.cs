using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Connectors.Railway;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Deploys;
using Steward.Operations.Findings;
using Steward.Operations.Observe;
using Steward.Operations.Watched;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>
/// Watches a rollback until its replacement has served well for the settling time, several looks in a row, and says so only
/// then. A service that cannot be asked has recovered when the provider says so.
/// </summary>
internal sealed class VerifyRollback(
    Cases cases, Database database, AuditLog audit, RailwayEnvironments environments, Soundness soundness, Settling settling, IOptions<OperationsOptions> options, TimeProvider clock) : IWorkHandler
{
    private const int Recent = 20;

    public string Kind => ActWork.VerifyKind;

    public string CallOff(WorkItem item) => ActWork.CallOff(item);

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        var (railway, service, failedId) = Site.Of(environments, finding);
        var deployments = await railway.ListDeploymentsAsync(service.Id, Recent, cancellationToken);
        var failed = deployments.FirstOrDefault(deployment => deployment.Id == failedId);
        var after = deployments.Where(deployment => deployment.Id != failedId && deployment.CreatedAt >= (failed?.CreatedAt ?? finding.HappenedAt)).ToList();
        var replacement = Replacement.Of(after, payload.Decision);
        var address = ServiceHealthCheck.Address(options.Value, finding.Service, host: null);
        var look = replacement is null ? null : await soundness.LookAsync(replacement, address, cancellationToken);
        if (look is { IsGood: true })
        {
            return await SettleAsync(finding, payload, replacement!, canBeAsked: address is not null, cancellationToken);
        }

        // Somebody pushed meanwhile: what serves well in its place is a recovery as well, and what is on its way may become one.
        var others = after.Where(one => one.Id != replacement?.Id).ToList();
        if (others.Find(one => Observer.Translate(one).State == DeploymentState.Active) is { } other && (await soundness.LookAsync(other, address, cancellationToken)).IsGood)
        {
            return await SettleAsync(finding, payload, other, canBeAsked: address is not null, cancellationToken);
        }

        return look is not null && DeploymentLife.IsBad(look.State) && !others.Exists(one => one.Id != payload.Decision.Past && Observer.Translate(one).State is var state && (state == DeploymentState.Active || DeploymentLife.IsMoving(state)))
            ? await EndAsync(finding, payload, replacement, servesSince: null, cancellationToken)
            : await WaitAsync(item, finding, payload, replacement, look?.Word ?? "not listed yet", cancellationToken);
    }

    // Where the service cannot be asked, the provider's word is all there is.
    private async Task<WorkResult> SettleAsync(Finding finding, ActPayload payload, RailwayDeployment replacement, bool canBeAsked, CancellationToken cancellationToken)
    {
        if (!canBeAsked)
        {
            return await EndAsync(finding, payload, replacement, clock.Now(), cancellationToken);
        }

        var settled = await settling.GoodAsync(finding, replacement, cancellationToken);
        return settled.IsOver
            ? await EndAsync(finding, payload, replacement, settled.Since, cancellationToken)
            : WorkResult.WaitUntil(clock.Now() + options.Value.VerifyInterval, $"The replacement serves: {settled.Progress}.");
    }

    private async Task<WorkResult> WaitAsync(WorkItem item, Finding finding, ActPayload payload, RailwayDeployment? replacement, string word, CancellationToken cancellationToken)
    {
        await settling.ForgetAsync(finding, cancellationToken);
        return clock.Now() - item.CreatedAt > options.Value.VerifyTimeout
            ? await EndAsync(finding, payload, replacement, servesSince: null, cancellationToken)
            : WorkResult.WaitUntil(clock.Now() + options.Value.VerifyInterval, $"The replacement is {word}.");
    }

    // It is the time without service that people want to know, not how long it was watched after that.
    private Task<WorkResult> EndAsync(Finding finding, ActPayload payload, RailwayDeployment? replacement, DateTimeOffset? servesSince, CancellationToken cancellationToken)
    {
        var state = servesSince is null ? FindingState.Stuck : FindingState.Recovered;
        var seconds = ((servesSince ?? clock.Now()) - finding.HappenedAt).TotalSeconds;
        var outcome = state == FindingState.Recovered
            ? $"{finding.Service} serves again: deployment {replacement!.Id} ({replacement.Version ?? payload.Decision.Target}) took over {seconds:0.0} s after the failure.{(ServiceHealthCheck.IsSet(options.Value, finding.Service) ? "" : $" The provider says so; no Operations:Services:{finding.Service}:HealthUrl is set, so it was not asked itself.")}"
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
