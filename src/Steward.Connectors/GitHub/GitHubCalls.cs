using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.GitHub;

/// <summary>The exact calls that change something on GitHub.</summary>
public sealed class GitHubCalls(IOptions<GitHubOptions> options, Redactor redactor)
{
    /// <summary>Opens an issue.</summary>
    public const string CreateIssueAction = "github.issue.create";

    // GitHub takes 256 characters of title and 65 536 of body, as it says in its refusals; the marker and the note need room.
    private const int MaxTitle = 256;
    private const int MaxBody = 60_000;

    /// <summary>Open an issue. The call holds its text as it will stand on GitHub: cut, redacted and marked.</summary>
    public Call CreateIssue(IssueDraft draft) => new(CreateIssueAction, $"repository/{options.Value.Repository}", new JsonObject
    {
        ["title"] = Cut(redactor.Redact(draft.Title), MaxTitle, "..."),
        ["body"] = $"{Cut(redactor.Redact(draft.Body), MaxBody, "\n\n(The rest was cut.)")}\n\n{Marker(draft.Key)}",
        ["labels"] = new JsonArray([.. draft.Labels.Prepend(GitHubIssues.Label).Distinct(StringComparer.Ordinal).Select(label => JsonValue.Create(label))]),
    });

    /// <summary>The comment, invisible on the page, by which an issue is found again. No key can end it early.</summary>
    internal static string Marker(string key) => $"<!-- steward:{Uri.EscapeDataString(key)
        .Replace("%2F", "/", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal).Replace("--", "-%2D", StringComparison.Ordinal)} -->";

    private static string Cut(string text, int length, string note) => text.Length <= length ? text : text[..(length - note.Length)] + note;
}
