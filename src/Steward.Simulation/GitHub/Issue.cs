using System.Text.Json.Nodes;

namespace Steward.Simulation.GitHub;

/// <summary>One issue or pull request and its comments, in the shapes of GitHub's REST API. Read and changed under the repository's lock.</summary>
internal sealed class Issue(Repository repository, int number, Account author)
{
    public Repository Repository => repository;

    public int Number => number;

    public Account Author => author;

    public DateTimeOffset CreatedAt { get; } = repository.Now;

    public required string Title { get; set; }

    public string? Body { get; set; }

    public bool IsOpen { get; private set; } = true;

    public IReadOnlyList<string> Labels { get; set; } = [];

    public List<Comment> Comments { get; } = [];

    public DateTimeOffset UpdatedAt { get; set; } = repository.Now;

    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>There when it is a pull request.</summary>
    public PullRequest? Pull { get; init; }

    public string Url => repository.Url($"/issues/{number}");

    public string HtmlUrl => repository.Page(Pull is null ? $"/issues/{number}" : $"/pull/{number}");

    public void Touch() => UpdatedAt = repository.Now;

    public void SetOpen(bool open, Account by)
    {
        Touch();
        var changes = IsOpen != open;
        IsOpen = open;
        ClosedAt = open ? null : UpdatedAt;
        if (changes)
        {
            Tell(open ? "reopened" : "closed", by);
        }
    }

    /// <summary>Tells those who want to know what happened to it.</summary>
    public void Tell(string action, Account by)
    {
        var members = new JsonObject { ["action"] = action, ["number"] = number };
        members[Pull is null ? "issue" : "pull_request"] = Pull?.ToJson(this, whole: false) ?? ToJson();
        repository.Tell(Pull is null ? "issues" : "pull_request", members, by);
    }

    public Comment AddComment(string body, Account by)
    {
        Touch();
        var comment = new Comment(repository.NextId(), by, UpdatedAt) { Body = body, UpdatedAt = UpdatedAt };
        Comments.Add(comment);
        repository.Tell("issue_comment", new JsonObject { ["action"] = "created", ["issue"] = ToJson(), ["comment"] = ToJson(comment) }, by);
        return comment;
    }

    public SimulatedIssue Snapshot() =>
        new(number, Title, Body, IsOpen ? "open" : "closed", Labels, [.. Comments.Select(comment => comment.Body)]);

    public JsonArray LabelsJson() => new([.. Labels.Select((label, index) => new JsonObject
    {
        ["id"] = index + 1,
        ["name"] = label,
        ["color"] = "ededed",
        ["default"] = false,
    })]);

    public JsonObject ToJson()
    {
        var members = new JsonObject
        {
            ["url"] = Url,
            ["repository_url"] = repository.Url(""),
            ["comments_url"] = $"{Url}/comments",
            ["html_url"] = HtmlUrl,
            ["id"] = 1_000_000_000L + number,
            ["node_id"] = $"I_{number}",
            ["number"] = number,
            ["title"] = Title,
            ["user"] = author.ToJson(),
            ["labels"] = LabelsJson(),
            ["state"] = IsOpen ? "open" : "closed",
            ["state_reason"] = IsOpen ? null : "completed",
            ["locked"] = false,
            ["assignee"] = null,
            ["assignees"] = new JsonArray(),
            ["milestone"] = null,
            ["comments"] = Comments.Count,
            ["created_at"] = Wire.Time(CreatedAt),
            ["updated_at"] = Wire.Time(UpdatedAt),
            ["closed_at"] = Wire.Time(ClosedAt),
            ["author_association"] = "NONE",
            ["body"] = Body,
            ["performed_via_github_app"] = author.App(),
        };
        if (Pull is not null)
        {
            members["pull_request"] = new JsonObject { ["url"] = repository.Url($"/pulls/{number}"), ["html_url"] = HtmlUrl };
        }

        return members;
    }

    public JsonObject ToJson(Comment comment) => new()
    {
        ["url"] = repository.Url($"/issues/comments/{comment.Id}"),
        ["html_url"] = $"{HtmlUrl}#issuecomment-{comment.Id}",
        ["issue_url"] = Url,
        ["id"] = comment.Id,
        ["node_id"] = $"IC_{comment.Id}",
        ["user"] = comment.Author.ToJson(),
        ["created_at"] = Wire.Time(comment.CreatedAt),
        ["updated_at"] = Wire.Time(comment.UpdatedAt),
        ["author_association"] = "NONE",
        ["body"] = comment.Body,
        ["performed_via_github_app"] = comment.Author.App(),
    };
}

/// <summary>A comment on an issue or pull request.</summary>
internal sealed class Comment(long id, Account author, DateTimeOffset createdAt)
{
    public long Id => id;

    public Account Author => author;

    public DateTimeOffset CreatedAt => createdAt;

    public DateTimeOffset UpdatedAt { get; set; }

    public bool IsEdited { get; set; }

    public required string Body { get; set; }
}
