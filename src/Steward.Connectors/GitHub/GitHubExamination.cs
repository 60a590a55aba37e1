namespace Steward.Connectors.GitHub;

/// <summary>By what Steward shows who it is.</summary>
public enum GitHubCredentials
{
    /// <summary>By nothing: GitHub is not used.</summary>
    None,

    /// <summary>As a GitHub App.</summary>
    App,

    /// <summary>With somebody's token.</summary>
    Token,
}

/// <summary>How a permission that was granted compares with what is needed.</summary>
public enum GitHubGrantState
{
    /// <summary>Granted as needed.</summary>
    Sufficient,

    /// <summary>Needed, and not granted or not far enough.</summary>
    Missing,

    /// <summary>Granted, or granted further, without need. It works; take it away all the same.</summary>
    Unneeded,
}

/// <summary>One permission.</summary>
/// <param name="Name">GitHub's name of it in the API, such as <c>pull_requests</c>.</param>
/// <param name="Needed"><c>read</c> or <c>write</c>; null when it is not needed.</param>
/// <param name="Granted"><c>read</c>, <c>write</c> or <c>admin</c>; null when it is not granted.</param>
/// <param name="State">How these compare.</param>
/// <param name="Purpose">What it is for; null when it is not needed.</param>
public sealed record GitHubGrant(string Name, string? Needed, string? Granted, GitHubGrantState State, string? Purpose);

/// <summary>Whether Steward can work with GitHub as it is set up.</summary>
/// <param name="Credentials">By what Steward shows who it is.</param>
/// <param name="Account">As whom GitHub knows it: the App's name, or the login of the token's owner; null when it is not known.</param>
/// <param name="Repository">The default repository; null when there is none.</param>
/// <param name="RepositoryVisible">Whether it is reached; null when that was not asked.</param>
/// <param name="Permissions">The App's permissions there. Empty with a token, whose permissions GitHub does not list.</param>
/// <param name="ClockAheadSeconds">How far this machine's clock is ahead of GitHub's, to the second, negative when it is behind; null when it is not known.</param>
/// <param name="RateLimit">What is left of this hour; null when it is not known.</param>
/// <param name="Problems">What is wrong and what to do about it.</param>
public sealed record GitHubExamination(
    GitHubCredentials Credentials, string? Account, string? Repository, bool? RepositoryVisible, IReadOnlyList<GitHubGrant> Permissions,
    double? ClockAheadSeconds, GitHubRateLimit? RateLimit, IReadOnlyList<string> Problems)
{
    /// <summary>True when GitHub is set up and nothing is wrong.</summary>
    public bool IsWell => Credentials != GitHubCredentials.None && RepositoryVisible == true && Problems.Count == 0;
}
