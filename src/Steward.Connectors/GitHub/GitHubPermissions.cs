namespace Steward.Connectors.GitHub;

/// <summary>What Steward needs of a repository as an App, and for what. docs/github.md says the same to people.</summary>
internal static class GitHubPermissions
{
    private static readonly string[] Levels = ["read", "write", "admin"];

    private static readonly IReadOnlyList<(string Name, string Level, string Purpose)> Needed =
    [
        ("actions", "write", "see workflow runs and their logs, run failed jobs again, start workflows"),
        ("checks", "read", "see whether a commit's checks are green"),
        ("contents", "write", "merge pull requests, make branches and write files on them"),
        ("issues", "write", "open, update and close issues, comment on issues and pull requests"),
        ("metadata", "read", "see the repository and who may write to it"),
        ("pull_requests", "write", "see and open pull requests"),
        ("statuses", "read", "see the commit statuses of other CI systems"),
    ];

    /// <summary>Needed and granted side by side, by name.</summary>
    public static IReadOnlyList<GitHubGrant> Compare(IReadOnlyDictionary<string, string> granted)
    {
        var needed = Needed.Select(one => new GitHubGrant(one.Name, one.Level, granted.GetValueOrDefault(one.Name), State(one.Level, granted.GetValueOrDefault(one.Name)), one.Purpose));
        var others = granted.Where(one => Needed.All(known => known.Name != one.Key)).Select(one => new GitHubGrant(one.Key, null, one.Value, GitHubGrantState.Unneeded, null));
        return [.. needed.Concat(others).OrderBy(grant => grant.Name, StringComparer.Ordinal)];
    }

    private static GitHubGrantState State(string needed, string? granted) => (Array.IndexOf(Levels, granted) - Array.IndexOf(Levels, needed)) switch
    {
        < 0 => GitHubGrantState.Missing,
        0 => GitHubGrantState.Sufficient,
        _ => GitHubGrantState.Unneeded,
    };
}
