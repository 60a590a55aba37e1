using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Operations.Observe;
using Steward.Platform.Http;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>
/// Asks whether a pull request that is ready may be merged (the default policy asks a person) and merges the commit that
/// was checked if it still is as it was. A no, or an answer that never comes, ends it without another word; people hear when
/// what was allowed is not done.
/// </summary>
internal sealed class MergePullRequest(
    Cases cases, Gate gate, GitHubPullRequests pullRequests, GitHubAccess access, GitHubCalls calls, WatchLoop loop, TimeProvider clock) : IWorkHandler
{
    private const string SameRepository = "same-repository";

    public string Kind => ActWork.MergeKind;

    public string CallOff(WorkItem item) => ActWork.CallOff(item);

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        var (repository, head) = (GitHubRepo.Parse(finding.Service), payload.Decision.Target!);
        var number = PullRequestDecider.NumberOf(finding);
        if (finding.ClosedAt is not null && !await gate.IsOpenAsync(ActWork.Key(finding, ActWork.MergeStep), cancellationToken))
        {
            return WorkResult.Done("It is over.");
        }

        if (await pullRequests.FindAsync(repository, number, cancellationToken) is not { } pullRequest)
        {
            return await EndAsync(finding, "It is gone.", cancellationToken);
        }

        var request = new CallRequest(ActWork.Key(finding, ActWork.MergeStep), new Actor(Cycle.Actor), calls.Merge(repository, number, head, service: null), payload.Decision.Reason, finding.CorrelationId)
        {
            Evidence = finding.Evidence,
            Confidence = payload.Decision.Confidence,
            Facts = pullRequest.IsFromFork ? [] : new HashSet<string> { SameRepository },
            WaitingWork = item.Id,
        };
        try
        {
            var step = await new GovernedStep(gate, clock).RunAsync(request,
                async (permit, token) =>
                {
                    if ((await cases.FindAsync(finding.Id, token)).ClosedAt is not null)
                    {
                        throw new OvertakenException("It is over.") { IsWell = true };
                    }

                    await StillReadyAsync(repository, number, head, token);
                    var merged = await pullRequests.MergeAsync(permit, repository, number, head, service: null, token);
                    OperationsMeter.Acted(GitHubCalls.MergeAction);
                    return $"Merged as {merged}.";
                },
                async (_, token) => (await pullRequests.FindAsync(repository, number, token))?.IsMerged == true,
                cancellationToken);
            switch (step.Later)
            {
                case null:
                    await loop.LookNowAsync(cancellationToken);
                    return await EndAsync(finding, step.Detail ?? "Merged.", cancellationToken);
                case { IsRefusal: true } refused:
                    await EndAsync(finding, refused.Text, cancellationToken);
                    return refused;
                default:
                    await cases.LaterAsync(finding, step.Later, cancellationToken);
                    return step.Later;
            }
        }
        catch (OvertakenException e) when (e.IsWell)
        {
            return await EndAsync(finding, e.Message, cancellationToken);
        }
        catch (OvertakenException e)
        {
            return await FailAsync(finding, number, e.Message, cancellationToken);
        }
        catch (ConnectorException e) when (!e.IsTransient || item.Attempt >= item.MaxAttempts)
        {
            return await FailAsync(finding, number, e.Message, cancellationToken);
        }
    }

    // A person may have thought for an hour. The merge itself is bound to the commit, but not to its checks and its target.
    private async Task StillReadyAsync(GitHubRepo repository, int number, string head, CancellationToken cancellationToken)
    {
        var branch = (await access.RepositoryAsync(repository, cancellationToken)).DefaultBranch;
        var pullRequest = await pullRequests.FindAsync(repository, number, cancellationToken) ?? throw new OvertakenException("It is gone.");
        if (pullRequest.HeadSha != head)
        {
            throw new OvertakenException($"It has moved on to commit {pullRequest.HeadSha}.");
        }

        var seen = new ObservedPullRequest(pullRequest, await pullRequests.ChecksAsync(repository, head, cancellationToken), IsKnown: true);
        if (PullRequestDecider.Obstacle(new RepositoryPicture(repository, branch, null, [seen]), seen) is not { } obstacle)
        {
            return;
        }

        throw obstacle == PullRequestDecider.Unfinished ? Soon("Its checks run once more.")
            : pullRequest is { IsOpen: true, Mergeable: null } && seen.Checks!.State == ChecksState.Green ? Soon($"GitHub is still finding out whether #{number} conflicts.")
            : new OvertakenException(obstacle) { IsWell = pullRequest.IsMerged };
    }

    private static ConnectorException Soon(string why) => new(GitHubIssues.Vendor, "GetPullRequest", why) { Effect = CallEffect.None, IsTransient = true };

    // Whoever said yes takes it for merged.
    private async Task<WorkResult> FailAsync(Finding finding, int number, string why, CancellationToken cancellationToken)
    {
        var outcome = $"Pull request {number} was not merged: {why} It is not tried again. Look at it: what is pushed to it is proposed anew, and it can be merged by hand.";
        await cases.MoveAsync(finding, FindingState.Closed, outcome, AlertOccasion.Stuck, cancellationToken);
        return WorkResult.Done(outcome);
    }

    private async Task<WorkResult> EndAsync(Finding finding, string outcome, CancellationToken cancellationToken)
    {
        await cases.MoveAsync(finding, FindingState.Closed, outcome, null, cancellationToken);
        return WorkResult.Done(outcome);
    }
}
