using System.Text.Json.Nodes;

namespace Steward.Simulation.GitHub;

/// <summary>One issue and its comments, in the shapes of GitHub's REST API. Read and changed under the repository's lock.</summary>
internal sealed class Issue(Uri api, string repository, int number, DateTimeOffset createdAt)
{
    public int Number => number;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public required string Title { get; set; }

    public string? Body { get; set; }

    public bool IsOpen { get; private set; } = true;

    public IReadOnlyList<string> Labels { get; set; } = [];

    public List<Comment> Comments { get; } = [];

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    private DateTimeOffset? ClosedAt { get; set; }

    private string Url => new Uri(api, $"/repos/{repository}/issues/{number}").ToString();

    private string HtmlUrl => $"https://github.com/{repository}/issues/{number}";

    public void SetOpen(bool open, DateTimeOffset now)
    {
        IsOpen = open;
        ClosedAt = open ? null : now;
    }

    public SimulatedIssue Snapshot() =>
        new(number, Title, Body, IsOpen ? "open" : "closed", Labels, [.. Comments.Select(comment => comment.Body)]);

    public JsonObject ToJson() => new()
    {
        ["url"] = Url,
        ["repository_url"] = new Uri(api, $"/repos/{repository}").ToString(),
        ["comments_url"] = $"{Url}/comments",
        ["html_url"] = HtmlUrl,
        ["id"] = 1_000_000_000L + number,
        ["node_id"] = $"I_{number}",
        ["number"] = number,
        ["title"] = Title,
        ["user"] = Account(),
        ["labels"] = new JsonArray([.. Labels.Select((label, index) => new JsonObject
        {
            ["id"] = index + 1,
            ["name"] = label,
            ["color"] = "ededed",
            ["default"] = false,
        })]),
        ["state"] = IsOpen ? "open" : "closed",
        ["state_reason"] = IsOpen ? null : "completed",
        ["locked"] = false,
        ["assignee"] = null,
        ["assignees"] = new JsonArray(),
        ["milestone"] = null,
        ["comments"] = Comments.Count,
        ["created_at"] = Time(CreatedAt),
        ["updated_at"] = Time(UpdatedAt),
        ["closed_at"] = ClosedAt is { } closed ? Time(closed) : null,
        ["author_association"] = "NONE",
        ["body"] = Body,
    };

    public JsonObject ToJson(Comment comment) => new()
    {
        ["url"] = new Uri(api, $"/repos/{repository}/issues/comments/{comment.Id}").ToString(),
        ["html_url"] = $"{HtmlUrl}#issuecomment-{comment.Id}",
        ["issue_url"] = Url,
        ["id"] = comment.Id,
        ["node_id"] = $"IC_{comment.Id}",
        ["user"] = Account(),
        ["created_at"] = Time(comment.CreatedAt),
        ["updated_at"] = Time(comment.CreatedAt),
        ["author_association"] = "NONE",
        ["body"] = comment.Body,
    };

    private static JsonObject Account() => new() { ["login"] = "steward[bot]", ["id"] = 1, ["type"] = "Bot" };

    private static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A comment on an issue.</summary>
internal sealed record Comment(long Id, string Body, DateTimeOffset CreatedAt);
