using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>Pull requests and the checks of their commits. Methods throw <see cref="ConnectorException"/> when GitHub fails or is not set up.</summary>
public sealed class GitHubPullRequests
{
    /// <summary>How many open pull requests are looked at.</summary>
    public const int MaxOpen = 300;

    // As many as GitHub itself shows of a commit.
    private const int MaxChecks = 1000;
    private readonly GitHubRest rest;
    private readonly GitHubCalls calls;

    internal GitHubPullRequests(GitHubRest rest, GitHubCalls calls) => (this.rest, this.calls) = (rest, calls);

    /// <summary>True when there are credentials.</summary>
    public bool IsConfigured => rest.IsConfigured;

    /// <summary>A pull request as it stands; null when there is none of this number.</summary>
    public async Task<GitHubPullRequest?> FindAsync(GitHubRepo repo, int number, CancellationToken cancellationToken) =>
        (await rest.FindAsync<GitHubWire.PullRequest>("GetPullRequest", $"repos/{repo}/pulls/{number}", cancellationToken))?.ToPullRequest(repo);

    /// <summary>The open ones, newest first, at most <see cref="MaxOpen"/>; none says whether it is mergeable.</summary>
    public async Task<IReadOnlyList<GitHubPullRequest>> ListOpenAsync(GitHubRepo repo, CancellationToken cancellationToken) =>
        await ListAsync($"repos/{repo}/pulls?state=open&per_page={GitHubRest.PageSize}", cancellationToken)
            .Take(MaxOpen).Select(one => one.ToPullRequest(repo)).ToListAsync(cancellationToken);

    /// <summary>
    /// The pull request that was opened for a draft, whatever became of it; null when there is none. Its branch is one of
    /// the repository itself, so a stranger's with our marker does not count.
    /// </summary>
    public async Task<GitHubPullRequest?> FindAsync(GitHubRepo repo, PullRequestDraft draft, CancellationToken cancellationToken)
    {
        var path = $"repos/{repo}/pulls?state=all&head={Uri.EscapeDataString($"{repo.Owner}:{draft.Head}")}&base={Uri.EscapeDataString(draft.Base)}&per_page={GitHubRest.PageSize}";
        return await ListAsync(path, cancellationToken).Take(MaxOpen).Where(one => GitHubText.IsMarked(one.Body, draft.Key))
            .Select(one => one.ToPullRequest(repo)).FirstOrDefaultAsync(one => !one.IsFromFork, cancellationToken);
    }

    /// <summary>What check runs and commit statuses say of a commit together.</summary>
    public async Task<GitHubChecks> ChecksAsync(GitHubRepo repo, string sha, CancellationToken cancellationToken)
    {
        var commit = $"repos/{repo}/commits/{Uri.EscapeDataString(sha)}";
        var runs = rest.ListAsync<GitHubWire.CheckRunPage, GitHubWire.CheckRun>(
            "ListCheckRuns", $"{commit}/check-runs?filter=latest&per_page={GitHubRest.PageSize}", page => page.CheckRuns, cancellationToken).Take(MaxChecks + 1).ToListAsync(cancellationToken);
        var statuses = rest.ListAsync<GitHubWire.CombinedStatus, GitHubWire.Status>(
            "GetCombinedStatus", $"{commit}/status?per_page={GitHubRest.PageSize}", page => page.Statuses, cancellationToken).Take(MaxChecks + 1).ToListAsync(cancellationToken);
        var (ran, told) = (await runs, await statuses);
        return GitHubChecks.From(ran, told, ran.Count > MaxChecks || told.Count > MaxChecks);
    }

    /// <summary>
    /// Merges a pull request; gives the commit that it became on its base branch. After an unknown outcome
    /// <see cref="FindAsync(GitHubRepo, int, CancellationToken)"/> says whether it is merged. GitHub refuses with 405 what
    /// cannot be merged, and with 409 when the branch has moved on.
    /// </summary>
    /// <param name="permit">For <see cref="GitHubCalls.Merge"/>.</param>
    /// <param name="repo">Where.</param>
    /// <param name="number">Which.</param>
    /// <param name="headSha">The commit that was looked at; a branch that has moved on is not merged.</param>
    /// <param name="service">The service that it is merged for; null for none.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<string> MergeAsync(Permit permit, GitHubRepo repo, int number, string headSha, string? service, CancellationToken cancellationToken)
    {
        const string operation = "MergePullRequest";
        rest.Require(operation);
        var call = calls.Merge(repo, number, headSha, service);
        return await permit.RunAsync(call, sending => rest.SendAsync(operation, HttpMethod.Put, $"repos/{repo}/pulls/{number}/merge", call.Arguments.ToJsonString(),
            answer => Merged(answer, answer.Json<GitHubWire.Merge>(GitHubWire.Options)), sending), sha => $"Merged as {sha}.", cancellationToken);
    }

    /// <summary>Opens a pull request. After an unknown outcome <see cref="FindAsync(GitHubRepo, PullRequestDraft, CancellationToken)"/> says whether it was opened.</summary>
    /// <param name="permit">For <see cref="GitHubCalls.CreatePullRequest"/>.</param>
    /// <param name="repo">Where.</param>
    /// <param name="draft">What to open.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<GitHubPullRequest> CreateAsync(Permit permit, GitHubRepo repo, PullRequestDraft draft, CancellationToken cancellationToken)
    {
        const string operation = "CreatePullRequest";
        rest.Require(operation);
        var call = calls.CreatePullRequest(repo, draft);
        return await permit.RunAsync(call, sending => rest.SendAsync(operation, HttpMethod.Post, $"repos/{repo}/pulls", call.Arguments.ToJsonString(),
            answer => answer.Json<GitHubWire.PullRequest>(GitHubWire.Options).ToPullRequest(repo), sending), one => $"Pull request {one.Number}: {one.Url}", cancellationToken);
    }

    private IAsyncEnumerable<GitHubWire.PullRequest> ListAsync(string path, CancellationToken cancellationToken) =>
        rest.ListAsync<IReadOnlyList<GitHubWire.PullRequest>, GitHubWire.PullRequest>("ListPullRequests", path, page => page, cancellationToken);

    private static string Merged(ProviderAnswer answer, GitHubWire.Merge merge) => merge.Merged
        ? merge.Sha
        : throw answer.Failure("it took the merge and says that it is not merged. Look at the pull request.", transient: true, CallEffect.Unknown);
}
