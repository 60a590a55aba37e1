using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Act;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Operations.Deploys;

/// <summary>Merges the commit that was checked, and no other.</summary>
internal sealed class MergeStep(Gate gate, GitHubPullRequests pullRequests, GitHubBranches branches, GitHubAccess access, GitHubCalls calls, Predecessor predecessor, Database database, IOptions<OperationsOptions> options, TimeProvider clock) : IDeployStep
{
    /// <summary>The governed step's name.</summary>
    public const string Step = "merge";

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    public DeployState State => DeployState.Merging;

    public async Task<DeployMove> RunAsync(Deploy deploy, Guid workItem, CancellationToken cancellationToken)
    {
        var (repository, number, head) = (GitHubRepo.Parse(deploy.Repository!), deploy.PullRequest!.Value, deploy.HeadSha!);
        var branch = (await access.RepositoryAsync(repository, cancellationToken)).DefaultBranch;
        if (await MergedAsync(deploy, repository, number, branch, cancellationToken) is { } merge)
        {
            // Before the branch is looked at: what is deployed from here on came after what is its newest then.
            merge = await predecessor.NoteAsync(merge, cancellationToken);
            if (await branches.FindAsync(repository, branch, cancellationToken) is { } newest && newest.HeadSha != merge.CommitSha && await CallOffAsync(merge, cancellationToken))
            {
                return new DeployMove.End(merge, DeployState.Refused, deploy.MovedOn(branch, merge.CommitSha!, newest.HeadSha));
            }

            switch (await TakeOverAsync(merge, cancellationToken))
            {
                case Withdrawal.Withdrawn:
                    return new DeployMove.Go(merge, merge.State);
                case Withdrawal.Denied:
                    return new DeployMove.End(deploy, DeployState.Refused, "It was merged by hand, and the merge for this deploy was denied. Ask again to have it deployed.");
                default:
                    // One that we began is taken to its end below.
                    break;
            }
        }

        StepOutcome step;
        try
        {
            step = await new GovernedStep(gate, clock).RunAsync(
                deploy.Asks(Step, calls.Merge(repository, number, head, deploy.Service), $"{deploy.Title}: its checks are green, and it goes to '{branch}'.", workItem),
                async (permit, token) =>
                {
                    await StillFitAsync(repository, number, head, branch, token);
                    deploy = await predecessor.NoteAgainAsync(deploy, await predecessor.ListAsync(deploy, token), token);
                    return $"Merged as {await pullRequests.MergeAsync(permit, repository, number, head, deploy.Service, token)}.";
                },
                async (_, token) => (await pullRequests.FindAsync(repository, number, token))?.IsMerged == true,
                cancellationToken);
        }
        catch (ConnectorException e) when (!e.IsTransient)
        {
            // Another deploy of the same pull request may have been quicker.
            if (await MergedAsync(deploy, repository, number, branch, cancellationToken) is { } quicker)
            {
                return new DeployMove.Go(quicker, quicker.State);
            }

            throw;
        }

        if (step.Later is not null)
        {
            // A person may merge it by hand meanwhile, of which nobody tells this step.
            return deploy.Later(step, clock) is DeployMove.Wait { IsRetry: false } wait ? wait with { Until = Sooner(wait.Until, clock.Now() + options.Value.PollInterval) } : deploy.Later(step, clock);
        }

        // The branch may have been changed in the very moment of the merge.
        var done = await pullRequests.FindAsync(repository, number, cancellationToken);
        StillFor(branch, done);
        return done is { IsMerged: true, MergeSha: { } merged }
            ? new DeployMove.Go(deploy with { CommitSha = merged }, DeployState.Triggering)
            : new DeployMove.Wait(deploy, clock.Now() + Again, "Merged; GitHub does not name the commit yet.");
    }

    private static DateTimeOffset Sooner(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    // The deploy as it goes on when the commit that was checked is merged already, into the branch that is deployed; null when it is not.
    private async Task<Deploy?> MergedAsync(Deploy deploy, GitHubRepo repository, int number, string branch, CancellationToken cancellationToken) =>
        await pullRequests.FindAsync(repository, number, cancellationToken) is { IsMerged: true, MergeSha: { } sha } merged && merged.HeadSha == deploy.HeadSha && merged.BaseBranch == branch
            ? deploy with { CommitSha = sha, State = DeployState.Triggering, StateAt = clock.Now(), Note = null }
            : null;

    // False when the merge is ours: it was begun before a crash, and is taken to its end.
    private async Task<bool> CallOffAsync(Deploy deploy, CancellationToken cancellationToken) =>
        await database.WriteAsync(session => gate.WithdrawAsync(session, deploy.Key(Step), "It was merged by hand."), cancellationToken) != Withdrawal.Begun;

    // In one transaction, so that after a crash the withdrawal does not look like a person's no.
    private Task<Withdrawal> TakeOverAsync(Deploy merged, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        var withdrawal = await gate.WithdrawAsync(session, merged.Key(Step), "It is merged.");
        if (withdrawal == Withdrawal.Withdrawn)
        {
            await DeployStore.SaveAsync(session, merged);
        }

        return withdrawal;
    }, cancellationToken);

    // Between the check and the permit a person may have thought for an hour.
    private async Task StillFitAsync(GitHubRepo repository, int number, string head, string branch, CancellationToken cancellationToken)
    {
        var pullRequest = await pullRequests.FindAsync(repository, number, cancellationToken);
        StillFor(branch, pullRequest);
        if (pullRequest is { IsMerged: true } && pullRequest.HeadSha == head)
        {
            // GitHub will say so when it is asked to merge.
            return;
        }

        if (pullRequest is not { IsOpen: true } || pullRequest.HeadSha != head)
        {
            throw new OvertakenException($"Pull request {number} changed after it was checked. Ask again, so that what it is now is checked.");
        }

        if ((await pullRequests.ChecksAsync(repository, head, cancellationToken)).State != ChecksState.Green)
        {
            throw new OvertakenException($"The checks of pull request {number} are no longer green.");
        }
    }

    // GitHub binds a merge to its commit and not to its branch, which whoever may edit the pull request can change.
    private static void StillFor(string branch, GitHubPullRequest? pullRequest)
    {
        if (pullRequest is { BaseBranch: var other } && other != branch)
        {
            throw new OvertakenException($"Pull request {pullRequest.Number} goes to '{other}' by now. Only what goes to '{branch}' is deployed.");
        }
    }
}
