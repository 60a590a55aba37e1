namespace Steward.Connectors.GitHub;

/// <summary>A pull request on GitHub. Its texts are data from outside.</summary>
/// <param name="Number">Its number in the repository, among issues and pull requests.</param>
/// <param name="Title">Its title.</param>
/// <param name="Body">Its text; empty when there is none.</param>
/// <param name="IsOpen">False once it is closed or merged.</param>
/// <param name="IsMerged">True once it is merged.</param>
/// <param name="IsDraft">True while it is a draft, which cannot be merged.</param>
/// <param name="HeadSha">The newest commit of its branch.</param>
/// <param name="HeadBranch">Its branch.</param>
/// <param name="BaseBranch">The branch that it is to be merged into.</param>
/// <param name="MergeSha">The commit that it became on the base branch; null until it is merged.</param>
/// <param name="Mergeable">False when it conflicts with its base. Null while GitHub is finding out, which asking began (ask again), and in lists.</param>
/// <param name="Author">Who opened it; <c>ghost</c> when the account is gone.</param>
/// <param name="IsFromFork">True when its branch is in another repository, where others can push.</param>
/// <param name="Url">Its page.</param>
/// <param name="UpdatedAt">When anything about it changed last.</param>
public sealed record GitHubPullRequest(
    int Number, string Title, string Body, bool IsOpen, bool IsMerged, bool IsDraft, string HeadSha, string HeadBranch, string BaseBranch,
    string? MergeSha, bool? Mergeable, string Author, bool IsFromFork, string Url, DateTimeOffset UpdatedAt)
{
    /// <summary>When it was opened; null when GitHub does not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When anything was last pushed to the repository of its branch, to whole seconds; null when that is gone, and in answers that do not say.</summary>
    public DateTimeOffset? PushedAt { get; init; }
}

/// <summary>A pull request that is to be opened.</summary>
/// <param name="Key">What it is the one pull request about. It is hidden in the text, so that it can be found again.</param>
/// <param name="Title">At most 256 characters; the rest is cut.</param>
/// <param name="Body">Markdown; text from outside was redacted and fenced by whoever wrote this. At most 60 000 characters; the rest is cut.</param>
/// <param name="Head">The branch that holds the changes, of the same repository.</param>
/// <param name="Base">The branch that they are for.</param>
/// <param name="IsDraft">True to open it as a draft.</param>
public sealed record PullRequestDraft(string Key, string Title, string Body, string Head, string Base, bool IsDraft = false);
