namespace Steward.Operations.Deploys;

/// <summary>What somebody wants deployed: a pull request, or a service.</summary>
/// <param name="PullRequest">The pull request to merge and deploy.</param>
/// <param name="Service">The service; may be left out for a pull request when only one can be meant.</param>
/// <param name="Commit">For a service: the commit; the newest one when it is left out.</param>
/// <param name="Environment">The environment by its name in the settings; the default one when it is left out.</param>
/// <param name="Repository">The pull request's repository, as <c>owner/name</c>; the one of the settings when it is left out.</param>
public sealed record DeployRequest(int? PullRequest = null, string? Service = null, string? Commit = null, string? Environment = null, string? Repository = null);

/// <summary>A wish to go back.</summary>
/// <param name="Service">The service.</param>
/// <param name="To">The deployment to go back to; the last good one when it is left out.</param>
/// <param name="Environment">The environment by its name in the settings; the default one when it is left out.</param>
/// <param name="From">The deployment to take back: when another one is the latest by then, nothing is done. Whichever is the latest, when it is left out.</param>
public sealed record RollbackRequest(string? Service, string? To = null, string? Environment = null, string? From = null);

/// <summary>The thread in which somebody asked for a deploy: its end is told there, and one comment begins one deploy.</summary>
/// <param name="Key">What is the same whenever the same comment is read: <c>github/owner/name/comment/12</c>.</param>
/// <param name="Repository">The repository, as <c>owner/name</c>.</param>
/// <param name="PullRequest">The pull request.</param>
public sealed record DeployThread(string Key, string Repository, int PullRequest)
{
    /// <summary>The commit that whoever asked saw there, so that no other is deployed; null to have it looked up.</summary>
    public string? HeadSha { get; init; }
}
