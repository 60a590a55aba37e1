using Microsoft.Extensions.Options;
using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Act;
using Steward.Operations.Deployments;
using Steward.Operations.Observe;
using Steward.Platform.Storage;

namespace Steward.Operations.Deploys;

/// <summary>Has the provider begin, unless it has begun by itself because it follows the branch.</summary>
internal sealed class TriggerStep(
    Gate gate, RailwayEnvironments railways, Predecessor predecessor, TakeOver takeOver, Database database, IOptions<OperationsOptions> options, TimeProvider clock) : IDeployStep
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    public DeployState State => DeployState.Triggering;

    /// <summary>The governed step's name.</summary>
    public static string Step(Deploy deploy) => deploy.Kind == DeployKind.RollBack ? "rollback" : "deploy";

    public async Task<DeployMove> RunAsync(Deploy deploy, Guid workItem, CancellationToken cancellationToken)
    {
        if (deploy.PreviousId is null)
        {
            return new DeployMove.Go(await predecessor.NoteAsOfAskingAsync(deploy, cancellationToken), State);
        }

        var (railway, serviceId) = railways.Locate(deploy.ServiceId);
        var newestFirst = await railway.ListDeploymentsAsync(serviceId, Predecessor.Recent, cancellationToken);
        if (Adopted(deploy, newestFirst) is { } running)
        {
            // What was begun before a crash has come about; what waits for a person need not be decided.
            var there = $"Deployment {running.Id} of commit {running.Version} is there.";
            await gate.SawAsync(deploy.Key(Step(deploy)), there, cancellationToken);
            await database.WriteAsync(session => gate.WithdrawAsync(session, deploy.Key(Step(deploy)), there), cancellationToken);
            return new DeployMove.Go(deploy with { DeploymentId = running.Id }, DeployState.Following);
        }

        if (deploy.Kind == DeployKind.PullRequest && clock.Now() < deploy.StateAt + options.Value.AutoDeployGrace)
        {
            return new DeployMove.Wait(deploy, clock.Now() + Again, "Merged; the provider may begin by itself.");
        }

        var service = new RailwayServiceRef(serviceId, deploy.Service);
        return deploy.Kind == DeployKind.RollBack
            ? await RollBackAsync(deploy, railway, service, workItem, cancellationToken)
            : await DeployAsync(deploy, railway, service, workItem, cancellationToken);
    }

    private async Task<DeployMove> DeployAsync(Deploy deploy, RailwayClient railway, RailwayServiceRef service, Guid workItem, CancellationToken cancellationToken)
    {
        IReadOnlyList<RailwayDeployment> came = [];
        // Of a commit any deployment is as good as ours. Without one nothing that the provider lists tells ours from a push: its
        // reason is "deploy" for both, and who made it is the same person where the token is a person's.
        var step = await new GovernedStep(gate, clock).RunAsync(
            deploy.Asks(Step(deploy), railway.Calls.Deploy(service, deploy.CommitSha), $"{deploy.Title}.", workItem),
            async (permit, token) =>
            {
                var newestFirst = await railway.ListDeploymentsAsync(service.Id, Predecessor.Recent, token);
                NothingNewer(deploy, newestFirst);
                deploy = await predecessor.NoteAgainAsync(deploy, newestFirst, token);
                deploy = deploy with { DeploymentId = await railway.DeployAsync(permit, service, deploy.CommitSha, token) };
                return null;
            },
            async (_, token) =>
            {
                came = Came(deploy, await railway.ListDeploymentsAsync(service.Id, Predecessor.Recent, token));
                return came.Count == 0 ? false : deploy.CommitSha is null ? null : true;
            },
            cancellationToken);
        return step switch
        {
            { IsLost: true } => new DeployMove.End(deploy, DeployState.Unverified,
                $"The provider was asked, and its answer was lost. Since then came {Names(came)}: whether that is what was asked for, or somebody pushed in those seconds, cannot be told, so it is not called a success. The loop looks at what serves. Nothing was asked for again; if it is not what you want, ask again."),
            { Later: not null } => deploy.Later(step, clock),
            // What the answer named is it, also where a crash came before that was noted.
            _ => new DeployMove.Go(deploy with { DeploymentId = deploy.DeploymentId ?? RailwayClient.DeploymentOf(step.Detail) }, DeployState.Following),
        };
    }

    private async Task<DeployMove> RollBackAsync(Deploy deploy, RailwayClient railway, RailwayServiceRef service, Guid workItem, CancellationToken cancellationToken)
    {
        var target = deploy.TargetId!;
        var history = await database.ReadAsync(session => DeploymentStore.OfServiceAsync(session, deploy.ServiceId), cancellationToken);
        var isGood = history.Any(one => one.Id == target && one.GoodAt is not null);
        var step = await new GovernedStep(gate, clock).RunAsync(
            deploy.Asks(Step(deploy), railway.Calls.Rollback(service, target), $"{deploy.Title} to deployment {target}.", workItem, isGood ? ["known-good"] : []),
            async (permit, token) =>
            {
                if (await database.ReadAsync(session => GoingBack.OfTheLoopAsync(session, deploy.ServiceId, clock.Now()), token) is { } already)
                {
                    throw new OvertakenException(already);
                }

                var newestFirst = await railway.ListDeploymentsAsync(service.Id, Predecessor.Recent, token);
                StillServes(deploy, newestFirst);
                deploy = await predecessor.NoteAgainAsync(deploy, newestFirst, token);
                await railway.RollbackAsync(permit, service, target, token);
                return $"Rollback to {target} was accepted.";
            },
            async (_, token) => Came(deploy, await railway.ListDeploymentsAsync(service.Id, Predecessor.Recent, token)).Count > 0,
            cancellationToken);
        if (step.Later is not null)
        {
            return deploy.Later(step, clock);
        }

        await takeOver.RunAsync(deploy, cancellationToken);
        return new DeployMove.Go(deploy, DeployState.Following);
    }

    // Asked under the permit, as what follows: hours may have passed behind a stop or an approval. A version that was there
    // before is not newer, and neither is a build that failed. Without a commit it is the newest that is deployed.
    private static void NothingNewer(Deploy deploy, IReadOnlyList<RailwayDeployment> newestFirst)
    {
        var came = Predecessor.After(deploy, newestFirst).ToList();
        var known = newestFirst.Skip(came.Count).Select(one => one.Version).OfType<string>().Append(deploy.CommitSha);
        if (deploy.CommitSha is not null && came.Find(one => IsOrWillBeThere(one) && !known.Contains(one.Version)) is { } newer)
        {
            throw new OvertakenException($"Deployment {newer.Id} ({newer.Version ?? "version unknown"}, {newer.RawStatus}) of {deploy.Service} came after this deploy was asked for: putting {deploy.CommitSha} in its place could put an older version in the place of a newer one, so nothing was done. To deploy it all the same: steward deploy service {deploy.Service} --commit {deploy.CommitSha}.");
        }
    }

    private static bool IsOrWillBeThere(RailwayDeployment one) => Observer.Translate(one).State is var state && (state == DeploymentState.Active || DeploymentLife.IsMoving(state));

    // What came to serve meanwhile is not what somebody wanted to go back from. A build that failed changes nothing about what serves.
    private static void StillServes(Deploy deploy, IReadOnlyList<RailwayDeployment> newestFirst)
    {
        // Rollbacks of earlier versions noted only what was the latest.
        var from = deploy.FromId ?? deploy.PreviousId;
        if ((Active(newestFirst) ?? (newestFirst is [var newest, ..] ? newest : null)) is not { } current || current.Id != from)
        {
            throw new OvertakenException($"{deploy.Service} is served by {(Active(newestFirst) is { } serving ? $"deployment {serving.Id} ({serving.Version ?? "version unknown"})" : "no deployment")} by now and not by {from}, which was to be taken back: nothing was done. If that one is to be taken back, ask again.");
        }

        if (newestFirst.TakeWhile(one => one.Id != current.Id).FirstOrDefault(one => DeploymentLife.IsMoving(Observer.Translate(one).State)) is { } moving)
        {
            throw new OvertakenException($"Deployment {moving.Id} of {deploy.Service} is on its way ({moving.RawStatus}); it came after the rollback from {from} was asked for: nothing was done. If it is not what you want, ask again when it serves.");
        }
    }

    private static RailwayDeployment? Active(IReadOnlyList<RailwayDeployment> newestFirst) =>
        newestFirst.FirstOrDefault(one => Observer.Translate(one).State == DeploymentState.Active);

    /// <summary>Deployments for people: which, and how they are.</summary>
    public static string Names(IEnumerable<RailwayDeployment> deployments) => string.Join(" and ", deployments.Select(one => $"{one.Id} ({one.RawStatus})"));

    /// <summary>What may have come of the request: the deployments above the one that was the latest before it, of the commit where one was asked for.</summary>
    public static IReadOnlyList<RailwayDeployment> Came(Deploy deploy, IReadOnlyList<RailwayDeployment> newestFirst) => [.. Predecessor.After(deploy, newestFirst)
        .Where(one => deploy.CommitSha is null || one.Version is null || one.Version == deploy.CommitSha)];

    // A deployment of the very commit that is on its way, or serves already. What a provider that follows the branch made of a
    // merge is the deployment whatever became of it since: what failed, or was undone, is not asked for again. The merge may be
    // somebody else's, of any time since this was asked for. A rollback is always a new one.
    private static RailwayDeployment? Adopted(Deploy deploy, IReadOnlyList<RailwayDeployment> newestFirst)
    {
        if (deploy.Kind == DeployKind.RollBack || deploy.CommitSha is not { } commit)
        {
            return null;
        }

        var after = Predecessor.After(deploy, newestFirst).Count();
        return newestFirst.Where((one, place) => one.Version == commit && (
            (place == 0 && IsOrWillBeThere(one))
            || (deploy.Kind == DeployKind.PullRequest && one.Status != RailwayStatus.Skipped && (place < after || one.CreatedAt > deploy.CreatedAt)))).FirstOrDefault();
    }
}
