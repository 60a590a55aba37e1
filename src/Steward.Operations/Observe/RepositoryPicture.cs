using Steward.Connectors.GitHub;

namespace Steward.Operations.Observe;

/// <summary>What GitHub says of one repository.</summary>
/// <param name="Repository">Which.</param>
/// <param name="DefaultBranch">The branch that counts.</param>
/// <param name="Runs">The newest workflow runs for that branch, newest first; null when they were not asked for or no answer came.</param>
/// <param name="PullRequests">All open pull requests, and those that were proposed and are not open any more; null when they were not asked for, no answer came, or there are more than are looked at.</param>
public sealed record RepositoryPicture(
    GitHubRepo Repository, string DefaultBranch, IReadOnlyList<GitHubRun>? Runs, IReadOnlyList<ObservedPullRequest>? PullRequests)
{
    /// <summary>The workflows whose newest run failed and whose files the default branch does not have any more.</summary>
    public IReadOnlySet<long> Removed { get; init; } = new HashSet<long>();
}

/// <summary>A pull request.</summary>
/// <param name="PullRequest">As GitHub shows it.</param>
/// <param name="Checks">What the checks of its head say; null when they were not asked for.</param>
/// <param name="IsKnown">False when it was not looked at closely enough for any conclusion.</param>
public sealed record ObservedPullRequest(GitHubPullRequest PullRequest, GitHubChecks? Checks, bool IsKnown);
