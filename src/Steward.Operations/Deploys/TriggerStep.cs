using Microsoft.Extensions.Options;
using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Observe;
using Steward.Platform.Storage;

namespace Steward.Operations.Deploys;

/// <summary>Has the provider begin, unless it has begun by itself because it follows the branch.</summary>
internal sealed class TriggerStep(
    Gate gate, RailwayEnvironments railways, Soundness soundness, Database database, IOptions<OperationsOptions> options, TimeProvider clock) : IDeployStep
{
    private const int Recent = 20;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    public DeployState State => DeployState.Triggering;

    /// <summary>The governed step's name.</summary>
    public static string Step(Deploy deploy) => deploy.Kind == DeployKind.RollBack ? "rollback" : "deploy";

    public async Task<DeployMove> RunAsync(Deploy deploy, Guid workItem, CancellationToken cancellationToken)
    {
        var (railway, serviceId) = railways.Locate(deploy.ServiceId);
        var newestFirst = await railway.ListDeploymentsAsync(serviceId, Recent, cancellationToken);
        if (deploy.PreviousId is null)
        {
            // Written down before anything is asked for: what is listed above it later came after.
            return newestFirst is [var latest, ..]
                ? new DeployMove.Go(deploy with { PreviousId = latest.Id, HasAnswered = await soundness.AnswersAsync(deploy.Service, latest, cancellationToken) }, State)
                : new DeployMove.Go(deploy with { PreviousId = "none" }, State);
        }

        if (Adopted(deploy, newestFirst) is { } running)
        {
            return new DeployMove.Go(deploy with { DeploymentId = running.Id }, DeployState.Following);
        }

        if (deploy.Kind == DeployKind.PullRequest && clock.Now() < deploy.StateAt + options.Value.AutoDeployGrace)
        {
            return new DeployMove.Wait(deploy, clock.Now() + Again, "Merged; the provider may begin by itself.");
        }

        var service = new RailwayServiceRef(serviceId, deploy.Service);
        var step = deploy.Kind == DeployKind.RollBack
            ? await RollBackAsync(deploy, railway, service, workItem, cancellationToken)
            : await DeployAsync(deploy, railway, service, workItem, cancellationToken);
        return step.Later is { } later ? deploy.Later(later, clock) : new DeployMove.Go(deploy, DeployState.Following);
    }

    private async Task<StepOutcome> DeployAsync(Deploy deploy, RailwayClient railway, RailwayServiceRef service, Guid workItem, CancellationToken cancellationToken) =>
        await new GovernedStep(gate, clock).RunAsync(
            deploy.Asks(Step(deploy), railway.Calls.Deploy(service, deploy.CommitSha), $"{deploy.Title}.", workItem),
            async (permit, token) =>
            {
                await deploy.StillWantedAsync(database, token);
                return $"Deployment {await railway.DeployAsync(permit, service, deploy.CommitSha, token)} was begun.";
            },
            async (_, token) => Came(deploy, await railway.ListDeploymentsAsync(service.Id, Recent, token)) is not null,
            cancellationToken);

    private async Task<StepOutcome> RollBackAsync(Deploy deploy, RailwayClient railway, RailwayServiceRef service, Guid workItem, CancellationToken cancellationToken)
    {
        var target = deploy.TargetId!;
        var history = await database.ReadAsync(session => DeploymentStore.OfServiceAsync(session, deploy.ServiceId), cancellationToken);
        var isGood = history.Any(one => one.Id == target && one.GoodAt is not null);
        return await new GovernedStep(gate, clock).RunAsync(
            deploy.Asks(Step(deploy), railway.Calls.Rollback(service, target), $"{deploy.Title} to deployment {target}.", workItem, isGood ? ["known-good"] : []),
            async (permit, token) =>
            {
                await deploy.StillWantedAsync(database, token);
                await railway.RollbackAsync(permit, service, target, token);
                return $"Rollback to {target} was accepted.";
            },
            async (_, token) => Came(deploy, await railway.ListDeploymentsAsync(service.Id, Recent, token)) is not null,
            cancellationToken);
    }

    /// <summary>What came of the request: the oldest deployment above the one that was the latest before it, of the commit where one was asked for.</summary>
    public static RailwayDeployment? Came(Deploy deploy, IReadOnlyList<RailwayDeployment> newestFirst) => newestFirst
        .TakeWhile(one => one.Id != deploy.PreviousId)
        .LastOrDefault(one => deploy.CommitSha is null || one.Version is null || one.Version == deploy.CommitSha);

    // A deployment of the very commit that is on its way, or serves already. A rollback is always a new one.
    private static RailwayDeployment? Adopted(Deploy deploy, IReadOnlyList<RailwayDeployment> newestFirst) =>
        deploy.Kind != DeployKind.RollBack && deploy.CommitSha is { } commit && newestFirst is [var latest, ..] && latest.Version == commit
        && Observer.Translate(latest).State is var state && (state == DeploymentState.Active || DeploymentLife.IsMoving(state)) ? latest : null;
}
