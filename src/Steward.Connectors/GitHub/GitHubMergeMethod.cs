namespace Steward.Connectors.GitHub;

/// <summary>How a pull request becomes part of its base branch; the repository must allow it.</summary>
public enum GitHubMergeMethod
{
    /// <summary>As one commit.</summary>
    Squash,

    /// <summary>With all its commits and a merge commit.</summary>
    Merge,

    /// <summary>With all its commits, put on top of the base.</summary>
    Rebase,
}
