using System.Globalization;

namespace Steward.Connectors.GitHub;

/// <summary>A comment below an issue or a pull request, as GitHub has it now. Its text is data from outside.</summary>
/// <param name="Id">Its number, among all comments on GitHub.</param>
/// <param name="Number">The issue or pull request that it is below.</param>
/// <param name="IsOnPullRequest">True when that is a pull request.</param>
/// <param name="Author">Who wrote it; <c>ghost</c> when the account is gone.</param>
/// <param name="IsByPerson">True when a person wrote it by hand: no bot, no organisation, and no App on somebody's behalf.</param>
/// <param name="Body">Its text, in Markdown.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="UpdatedAt">When it was last changed. Who may write to the repository may change what others wrote.</param>
public sealed record GitHubComment(
    long Id, int Number, bool IsOnPullRequest, string Author, bool IsByPerson, string Body, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The comment as it comes over the wire. Its thread stands only in its addresses.</summary>
    internal sealed record Wire(
        long Id, string IssueUrl, string HtmlUrl, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? Body = null, Writer? User = null, GitHubWire.App? PerformedViaGithubApp = null)
    {
        public GitHubComment? ToComment() =>
            int.TryParse(IssueUrl[(IssueUrl.LastIndexOf('/') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new(Id, number, HtmlUrl.Contains($"/pull/{number}#", StringComparison.Ordinal), User?.Login ?? "ghost",
                    User?.Type == "User" && PerformedViaGithubApp is null, Body ?? "", CreatedAt, UpdatedAt)
                : null;
    }

    /// <param name="Login">The name.</param>
    /// <param name="Type">"User", "Bot", "Organization" or "Mannequin".</param>
    internal sealed record Writer(string Login, string Type);
}
