using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;
using Steward.Connectors.Railway;
using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Observe;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Operations.Deploys;

/// <summary>Looks whether it can be done at all: the pull request is open, green and without conflicts; the target of a rollback is there.</summary>
internal sealed class CheckStep(
    GitHubPullRequests pullRequests, GitHubBranches branches, GitHubAccess gitHub, RailwayEnvironments railways, Predecessor predecessor, Database database, WatchLoop loop, IOptions<OperationsOptions> options, TimeProvider clock) : IDeployStep
{
    // GitHub finds out within a second or two whether a pull request can be merged; checks take minutes.
    private static readonly TimeSpan SoonestAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LatestAgain = TimeSpan.FromSeconds(5);

    // GitHub reports the first check some moments after a push.
    private static readonly TimeSpan FirstCheck = TimeSpan.FromMinutes(1);

    // The provider's clock is not ours: what is looked at right after it was asked for is taken as it is.
    private static readonly TimeSpan ClockMargin = TimeSpan.FromSeconds(15);

    public DeployState State => DeployState.Checking;

    public async Task<DeployMove> RunAsync(Deploy deploy, Guid workItem, CancellationToken cancellationToken) => deploy.Kind switch
    {
        DeployKind.PullRequest => await PullRequestAsync(deploy, cancellationToken),
        DeployKind.RollBack => await TargetAsync(deploy, cancellationToken),
        _ => new DeployMove.Go(await predecessor.NoteAsOfAskingAsync(deploy, cancellationToken), DeployState.Triggering),
    };

    private async Task<DeployMove> PullRequestAsync(Deploy deploy, CancellationToken cancellationToken)
    {
        DeployMove Refuse(string why) => new DeployMove.End(deploy, DeployState.Refused, why);
        var repository = GitHubRepo.Parse(deploy.Repository!);
        var number = deploy.PullRequest!.Value;
        if (!pullRequests.IsConfigured)
        {
            return Refuse("GitHub is not set up. See docs/github.md.");
        }

        if (await pullRequests.FindAsync(repository, number, cancellationToken) is not { } pullRequest)
        {
            return Refuse($"There is no pull request {number} in {repository}.");
        }

        // What was asked for is the pull request as it stood then: what is pushed while its checks run was not. GitHub was away
        // then, and does not say when a branch was pushed to; when its repository was, it does.
        if (deploy.HeadSha is not { } head)
        {
            return pullRequest.PushedAt > deploy.CreatedAt - ClockMargin
                ? Refuse($"GitHub did not answer when the deploy was asked for, so what pull request {number} was then is not known; at {UtcTime.ToText(pullRequest.PushedAt.Value)} something was pushed to the repository of its branch, which may not be what was meant. Look at it, and ask again.")
                : new DeployMove.Go(deploy with { HeadSha = pullRequest.HeadSha }, State);
        }

        if (pullRequest.HeadSha != head)
        {
            return Refuse($"Pull request {number} has moved on from commit {head} to {pullRequest.HeadSha} since the deploy was asked for. Look at what came, and ask again.");
        }

        if (pullRequest is { IsOpen: false, IsMerged: false })
        {
            return Refuse($"Pull request {number} is closed and was not merged.");
        }

        if (pullRequest is { IsDraft: true, IsMerged: false })
        {
            return Refuse($"Pull request {number} is a draft. Mark it as ready first.");
        }

        var branch = (await gitHub.RepositoryAsync(repository, cancellationToken)).DefaultBranch;
        if (pullRequest.BaseBranch != branch)
        {
            return Refuse($"Pull request {number} goes to '{pullRequest.BaseBranch}'. Only what goes to '{branch}' is deployed.");
        }

        var waited = clock.Now() - deploy.StateAt;
        var again = clock.Now() + (waited < SoonestAgain ? SoonestAgain : waited < LatestAgain ? waited : LatestAgain);
        var checks = await pullRequests.ChecksAsync(repository, pullRequest.HeadSha, cancellationToken);
        switch (checks.State)
        {
            case ChecksState.Red:
                return Refuse($"These checks of pull request {number} failed: {string.Join(", ", checks.Failing)}.{ByCommit(deploy, pullRequest)}");
            case ChecksState.Pending when waited < options.Value.CheckPatience:
                return new DeployMove.Wait(deploy, again, $"Waits for the checks {string.Join(", ", checks.Pending)}.");
            case ChecksState.Pending:
                return Refuse($"After {options.Value.CheckPatience:g} these checks were still running: {string.Join(", ", checks.Pending)}. Ask again when they are done.");
            case ChecksState.None when waited < FirstCheck && waited < options.Value.CheckPatience:
                return new DeployMove.Wait(deploy, again, "Waits for the first check to be reported.");
            case ChecksState.None:
                return Refuse($"Nothing has checked commit {pullRequest.HeadSha}. Only what was checked is deployed: let a workflow run on pull requests.{ByCommit(deploy, pullRequest)}");
            default:
                break;
        }

        // What was merged before may have been followed by others since. Only what is merged for this deploy is known to be the newest.
        if (pullRequest is { IsMerged: true, MergeSha: { } old } && await branches.FindAsync(repository, branch, cancellationToken) is { } newest && newest.HeadSha != old)
        {
            return Refuse(deploy.MovedOn(branch, old, newest.HeadSha));
        }

        if (pullRequest.IsMerged)
        {
            return pullRequest.MergeSha is { } merged
                ? new DeployMove.Go(await predecessor.NoteAsOfAskingAsync(deploy with { CommitSha = merged }, cancellationToken), DeployState.Triggering)
                : new DeployMove.Wait(deploy, again, "Merged; GitHub does not name the commit yet.");
        }

        return pullRequest.Mergeable switch
        {
            // What cannot be deployed is not merged either: a provider that is away is waited for here.
            true => new DeployMove.Go(await predecessor.NoteAsync(deploy, cancellationToken), DeployState.Merging),
            false => Refuse($"Pull request {number} has conflicts with '{branch}'. Resolve them first."),
            null when waited < options.Value.CheckPatience => new DeployMove.Wait(deploy, again, "GitHub is finding out whether it can be merged."),
            null => Refuse($"GitHub does not say whether pull request {number} can be merged. Ask again later."),
        };
    }

    // Whoever merged it in spite of that may deploy it in spite of that, in so many words.
    private static string ByCommit(Deploy deploy, GitHubPullRequest pullRequest) =>
        pullRequest.MergeSha is { } merged && pullRequest.IsMerged ? $" It is merged all the same. To deploy what was merged: steward deploy service {deploy.Service} --commit {merged}." : "";

    private async Task<DeployMove> TargetAsync(Deploy deploy, CancellationToken cancellationToken)
    {
        DeployMove Refuse(string why) => new DeployMove.End(deploy, DeployState.Refused, why);
        var (railway, serviceId) = railways.Locate(deploy.ServiceId);
        var history = await database.ReadAsync(session => DeploymentStore.OfServiceAsync(session, deploy.ServiceId), cancellationToken);
        if (await railway.ListDeploymentsAsync(serviceId, 1, cancellationToken) is not [var latest])
        {
            return Refuse($"{deploy.Service} has no deployment to go back from.");
        }

        // What is remembered has to be what there is: the target is chosen from it.
        if (history is not [var newest, ..] || newest.Id != latest.Id || DeploymentLife.Next(newest.State, Observer.Translate(latest).State) != newest.State)
        {
            await loop.LookNowAsync(cancellationToken);
            return clock.Now() - deploy.StateAt < options.Value.VerifyTimeout
                ? new DeployMove.Wait(deploy, clock.Now() + options.Value.VerifyInterval, $"Deployment {latest.Id} is new; the loop looks at it first.")
                : Refuse($"Steward has not been able to look at {deploy.Service}. See: steward status.");
        }

        if (DeploymentLife.IsMoving(newest.State))
        {
            return Refuse($"Deployment {newest.Id} of {deploy.Service} is on its way ({newest.RawStatus}). Wait for its end; if it fails, what served before is brought back.");
        }

        var serving = history.FirstOrDefault(one => one.State == DeploymentState.Active);
        var current = serving ?? newest;
        var before = Decider.Target(history, current, serving);
        var how = before is null ? $"To do that, name where to: steward rollback {deploy.Service} --to ID." : $"To do that: steward rollback {deploy.Service} --to {before.Id} ({before.Version ?? "version unknown"}).";
        if (deploy.FromId is { } from && current.Id != from)
        {
            return Refuse($"{deploy.Service} is served by deployment {current.Id} ({current.Version ?? "version unknown"}) and not by {from}, which was to be taken back: going back now would undo the other one. {how}");
        }

        // The provider may have been away for long since it was asked for.
        if (deploy.FromId is null && current.CreatedAt > deploy.CreatedAt && clock.Now() > deploy.CreatedAt + ClockMargin)
        {
            return Refuse($"{deploy.Service} is served by deployment {current.Id} ({current.Version ?? "version unknown"}), which came after the rollback was asked for. If that one is to be taken back, ask again.");
        }

        // After a failed build a person may mean that one, which has nothing to be taken back. Who named what is to be taken
        // back, or where to go, has said what is meant, and what serves badly is what is meant.
        if (deploy is { TargetId: null, FromId: null } && current.Id != newest.Id && current is { UnhealthyAt: null, Distrust: null })
        {
            return Refuse($"Deployment {newest.Id} of {deploy.Service} failed before it served and has nothing to be taken back; {current.Id} ({current.Version ?? "version unknown"}) still serves, and it was not said that it is to be taken back. {how}");
        }

        var targetId = deploy.TargetId ?? before?.Id;
        if (targetId is null)
        {
            return Refuse($"There is no earlier deployment of {deploy.Service} that is good and that the provider still keeps. Name one with --to.");
        }

        RailwayDeployment target;
        try
        {
            target = await railway.GetDeploymentAsync(targetId, cancellationToken);
        }
        catch (ConnectorException e) when (e is { IsTransient: false, Effect: CallEffect.None })
        {
            return Refuse($"Deployment {targetId} of {deploy.Service} cannot be gone back to. {e.Message}");
        }

        if (target.ServiceId != serviceId)
        {
            return Refuse($"Deployment {targetId} is not one of {deploy.Service}.");
        }

        if (target.Id == current.Id && Observer.Translate(target).State == DeploymentState.Active)
        {
            return Refuse($"Deployment {targetId} is the one that serves {deploy.Service}: there is nothing to go back to.");
        }

        return target.CanRollback
            ? new DeployMove.Go(await predecessor.NoteAsync(deploy with { TargetId = targetId, FromId = current.Id, CommitSha = target.Version }, cancellationToken), DeployState.Triggering)
            : Refuse($"The provider can no longer go back to deployment {targetId}.");
    }
}
