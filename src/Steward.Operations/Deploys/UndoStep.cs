using Microsoft.Extensions.Options;
using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Platform.Storage;

namespace Steward.Operations.Deploys;

/// <summary>
/// It failed. The loop alone decides what is done about a deployment, so that it is done once; this step wakes it and
/// follows what it found to the end.
/// </summary>
internal sealed class UndoStep(Database database, WatchLoop loop, IOptions<OperationsOptions> options, TimeProvider clock) : IDeployStep
{
    public DeployState State => DeployState.Undoing;

    public async Task<DeployMove> RunAsync(Deploy deploy, Guid workItem, CancellationToken cancellationToken)
    {
        var findings = await database.ReadAsync(session => FindingStore.OfSubjectAsync(session, Finding.OfDeployment(deploy.DeploymentId!)), cancellationToken);
        var soon = clock.Now() + options.Value.VerifyInterval;
        // A restart that did not help is followed by what comes after it.
        if (findings is [] or [{ State: FindingState.Closed, Decisions: [{ Kind: DecisionKind.Restart }, ..] }, ..])
        {
            await loop.LookNowAsync(cancellationToken);
            return clock.Now() - deploy.StateAt < options.Value.VerifyTimeout
                ? new DeployMove.Wait(deploy, soon, $"Deployment {deploy.DeploymentId} failed; the loop looks at it.")
                : new DeployMove.End(deploy, DeployState.Failed, $"Deployment {deploy.DeploymentId} failed. Look at the service at the provider.");
        }

        var newest = findings[0];
        var history = await database.ReadAsync(session => DeploymentStore.OfServiceAsync(session, deploy.ServiceId), cancellationToken);
        var isUndone = history.Any(one => one.Id == deploy.DeploymentId && one.State == DeploymentState.RolledBack);
        return newest switch
        {
            { State: FindingState.Recovered } when isUndone => new DeployMove.End(deploy, DeployState.RolledBack, $"{newest.Summary} {newest.Outcome}"),
            { ClosedAt: not null } or { State: FindingState.Stuck } => new DeployMove.End(deploy, DeployState.Failed, $"{newest.Summary} {newest.Outcome}"),
            // Nothing is done about it: what its issue says is all that comes of it.
            { IsOnlyTold: true } when newest.Has(DecisionKind.OpenIssue) => new DeployMove.End(deploy, DeployState.Failed, newest.Summary),
            _ => new DeployMove.Wait(deploy, soon, $"{newest.Summary} {newest.Outcome}".TrimEnd()),
        };
    }
}
