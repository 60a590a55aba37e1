namespace Steward.Connectors.GitHub;

/// <summary>What a repository says of itself.</summary>
/// <param name="Repo">Its name as GitHub spells it.</param>
/// <param name="DefaultBranch">The branch that counts.</param>
/// <param name="IsPrivate">False when everybody can read it, issues and comments as well.</param>
/// <param name="Url">Its page.</param>
public sealed record GitHubRepository(GitHubRepo Repo, string DefaultBranch, bool IsPrivate, string Url);

/// <summary>What an account may do in a repository; each may do all that those before it may.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "It is GitHub's own word, and no attribute of code access security.")]
public enum GitHubPermission
{
    /// <summary>Nothing that others may not.</summary>
    None,

    /// <summary>Read.</summary>
    Read,

    /// <summary>Sort issues and pull requests.</summary>
    Triage,

    /// <summary>Push and merge.</summary>
    Write,

    /// <summary>Change most settings.</summary>
    Maintain,

    /// <summary>Everything.</summary>
    Admin,
}

/// <summary>How much may still be asked in this hour.</summary>
/// <param name="Limit">Requests an hour.</param>
/// <param name="Remaining">How many are left.</param>
/// <param name="ResetsAt">When the count begins anew.</param>
public sealed record GitHubRateLimit(int Limit, int Remaining, DateTimeOffset ResetsAt);
