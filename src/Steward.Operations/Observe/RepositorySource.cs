using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;
using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Watched;

namespace Steward.Operations.Observe;

/// <summary>Asks GitHub about the watched repositories.</summary>
internal sealed class RepositorySource(
    GitHubAccess access, GitHubAllowance allowance, GitHubWorkflows workflows, GitHubPullRequests pullRequests, GitHubBranches branches, Repositories repositories, IOptions<OperationsOptions> options, TimeProvider clock)
{
    // As many runs as one answer holds: every workflow that ran lately is among them.
    private const int Runs = 100;

    // Each costs three questions. More than that wait until some of them are merged.
    private const int MostChecked = 30;
    private const int AtOnce = 4;
    private static readonly TimeSpan BelieveBranch = TimeSpan.FromMinutes(10);

    // One that is as it was and whose checks have ended is asked about at every other poll, whatever events come: thirty
    // that wait for a person would use up GitHub's hour otherwise.
    private const int PollsToBelieve = 2;
    private const int PollsToBelieveWhenLow = 10;

    private readonly ConcurrentDictionary<GitHubRepo, IReadOnlyDictionary<int, (ObservedPullRequest Seen, DateTimeOffset At)>> before = new();
    private readonly ConcurrentDictionary<GitHubRepo, (string Branch, DateTimeOffset Until)> defaults = new();

    /// <summary>The repositories to ask about; none when GitHub is not set up.</summary>
    public IReadOnlyList<GitHubRepo> Watched => access.IsConfigured ? repositories.All : [];

    /// <summary>The workflow runs for the default branch.</summary>
    public async Task<RepositoryPicture> RunsAsync(GitHubRepo repository, CancellationToken cancellationToken)
    {
        var branch = await BranchAsync(repository, cancellationToken);
        var picture = new RepositoryPicture(repository, branch, await workflows.ListRunsAsync(repository, branch, Runs, cancellationToken), null);
        var red = CiDecider.Newest(picture).Where(run => run is { State: GitHubRunState.Red, File.Length: > 0 });
        var files = await FewAtATime.AskAsync(red, AtOnce, async run => (run.WorkflowId, IsThere: await branches.HasFileAsync(repository, run.File, branch, cancellationToken)));
        return picture with { Removed = files.Where(file => !file.IsThere).Select(file => file.WorkflowId).ToHashSet() };
    }

    /// <summary>The open pull requests; whether one can be merged is asked where nothing else is in the way.</summary>
    /// <param name="repository">Whose.</param>
    /// <param name="proposed">Those that were proposed: of one that is not open any more it is asked what became of it.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<RepositoryPicture> PullRequestsAsync(GitHubRepo repository, IEnumerable<int> proposed, CancellationToken cancellationToken)
    {
        var branch = await BranchAsync(repository, cancellationToken);
        var open = await pullRequests.ListOpenAsync(repository, cancellationToken);
        var candidates = open.Where(one => one is { IsOpen: true, IsDraft: false } && one.BaseBranch == branch).OrderByDescending(one => one.UpdatedAt).ToList();
        var remembered = before.GetValueOrDefault(repository);
        var looked = (await FewAtATime.AskAsync(candidates.Take(MostChecked), AtOnce, async one =>
        {
            if (remembered?.TryGetValue(one.Number, out var earlier) == true && IsBelieved(earlier.Seen, earlier.At, one))
            {
                return (one.Number, earlier.Seen, earlier.At);
            }

            var checks = await pullRequests.ChecksAsync(repository, one.HeadSha, cancellationToken);
            // The list does not say whether one can be merged; only a green one is worth the question.
            var whole = checks.State == ChecksState.Green ? await pullRequests.FindAsync(repository, one.Number, cancellationToken) ?? one : one;
            // What was checked is one commit; a branch that moved on meanwhile is looked at the next time.
            return (one.Number, Seen: new ObservedPullRequest(whole, checks, whole.HeadSha == one.HeadSha && (checks.State != ChecksState.Green || whole.Mergeable is not null)), clock.Now());
        })).ToDictionary(one => one.Number, one => (one.Seen, one.Item3));
        before[repository] = looked;
        if (open.Count >= GitHubPullRequests.MaxOpen)
        {
            return new RepositoryPicture(repository, branch, null, null);
        }

        var candidateNumbers = candidates.Select(one => one.Number).ToHashSet();
        var gone = await FewAtATime.AskAsync(proposed.Except(open.Select(one => one.Number)), AtOnce, number => pullRequests.FindAsync(repository, number, cancellationToken));
        return new RepositoryPicture(repository, branch, null,
        [
            .. open.Select(one => looked.GetValueOrDefault(one.Number).Seen ?? new ObservedPullRequest(one, null, IsKnown: !candidateNumbers.Contains(one.Number))),
            // One that was opened again between the two answers is looked at the next time.
            .. gone.OfType<GitHubPullRequest>().Select(one => new ObservedPullRequest(one, null, IsKnown: !one.IsOpen)),
        ]);
    }

    // One whose checks still run is asked about at every look, as long as GitHub's allowance bears it.
    private bool IsBelieved(ObservedPullRequest seen, DateTimeOffset at, GitHubPullRequest now) =>
        seen.PullRequest.HeadSha == now.HeadSha && seen.PullRequest.UpdatedAt == now.UpdatedAt
        && clock.Now() < at + (options.Value.PollInterval * (allowance.IsLow ? PollsToBelieveWhenLow : PollsToBelieve))
        && (allowance.IsLow || (seen.IsKnown && seen.Checks?.State is ChecksState.Green or ChecksState.Red));

    private async Task<string> BranchAsync(GitHubRepo repository, CancellationToken cancellationToken)
    {
        if (defaults.TryGetValue(repository, out var known) && known.Until > clock.Now())
        {
            return known.Branch;
        }

        var branch = (await access.RepositoryAsync(repository, cancellationToken)).DefaultBranch;
        defaults[repository] = (branch, clock.Now() + BelieveBranch);
        return branch;
    }
}
