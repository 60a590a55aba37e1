using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>Issues and comments over HTTP. Each change records itself when it is performed.</summary>
internal sealed class IssueRoutes(Repository repository, MutationLog log)
{
    private const string Issues = GitHubApi.Repo + "/issues";
    private const string OneIssue = Issues + "/{number:int}";
    private const string Comments = OneIssue + "/comments";

    public void Map(GitHubApi api)
    {
        api.On("GET", Issues, "ListIssues", ("issues", "read"), List);
        api.On("POST", Issues, "CreateIssue", ("issues", "write"), Create);
        api.On("GET", OneIssue, "GetIssue", ("issues", "read"), visit => WithIssue(visit, issue => Reply.Json(200, issue.ToJson())));
        api.On("PATCH", OneIssue, "UpdateIssue", ("issues", "write"), visit => WithIssue(visit, issue => Update(issue, visit)));
        api.On("GET", Comments, "ListComments", ("issues", "read"), visit => WithIssue(visit, issue => Pages.List(visit.Request, issue.Comments, issue.ToJson)));
        api.On("POST", Comments, "CreateComment", ("issues", "write"), visit => WithIssue(visit, issue => Comment(issue, visit)));
        api.On("GET", Issues + "/comments/{id:long}", "GetComment", ("issues", "read"), visit => Find(visit) is var (issue, comment) ? Reply.Json(200, issue.ToJson(comment)) : Wire.NotFound);
        api.On("PATCH", Issues + "/comments/{id:long}", "UpdateComment", ("issues", "write"), Edit);
    }

    /// <summary>Newest first, pull requests among them; open ones unless "state" says otherwise; only those that have all of "labels".</summary>
    private Reply List(Visit visit)
    {
        var state = visit.Query("state") ?? "open";
        var labels = (visit.Query("labels") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var found = repository.Issues.AsEnumerable().Reverse()
            .Where(issue => state == "all" || issue.IsOpen == (state == "open"))
            .Where(issue => labels.All(label => issue.Labels.Contains(label, StringComparer.OrdinalIgnoreCase)))
            .ToList();
        return Pages.List(visit.Request, found, issue => issue.ToJson());
    }

    private Reply Create(Visit visit)
    {
        if (string.IsNullOrWhiteSpace(visit.Body.Text("title")))
        {
            return Wire.Invalid("Issue", "title", "missing_field");
        }

        var issue = repository.Add(visit.Body.Text("title")!, visit.Body.Text("body"), Labels(visit.Body), visit.Account);
        log.Record(Systems.GitHub, "CreateIssue", Name(issue), issue.Title);
        return Reply.Json(201, issue.ToJson());
    }

    private Reply Update(Issue issue, Visit visit)
    {
        var body = visit.Body;
        var state = body.Text("state");
        if (body.ContainsKey("state") && state is not ("open" or "closed"))
        {
            return Wire.Invalid("Issue", "state", "invalid");
        }

        issue.Touch();
        issue.Title = body.Text("title") ?? issue.Title;
        issue.Body = body.ContainsKey("body") ? body.Text("body") : issue.Body;
        issue.Labels = body.ContainsKey("labels") ? Labels(body) : issue.Labels;
        if (state is not null)
        {
            issue.SetOpen(state == "open", visit.Account);
        }

        log.Record(Systems.GitHub, "UpdateIssue", Name(issue), state ?? "");
        return Reply.Json(200, issue.ToJson());
    }

    private Reply Comment(Issue issue, Visit visit)
    {
        if (string.IsNullOrWhiteSpace(visit.Body.Text("body")))
        {
            return Wire.Invalid("IssueComment", "body", "missing_field");
        }

        var comment = issue.AddComment(visit.Body.Text("body")!, visit.Account);
        log.Record(Systems.GitHub, "CreateComment", Name(issue), comment.Body);
        return Reply.Json(201, issue.ToJson(comment));
    }

    private Reply Edit(Visit visit)
    {
        if (Find(visit) is not var (issue, comment))
        {
            return Wire.NotFound;
        }

        if (string.IsNullOrWhiteSpace(visit.Body.Text("body")))
        {
            return Wire.Invalid("IssueComment", "body", "missing_field");
        }

        issue.Touch();
        (comment.Body, comment.UpdatedAt, comment.IsEdited) = (visit.Body.Text("body")!, repository.Now, true);
        log.Record(Systems.GitHub, "UpdateComment", Name(issue), comment.Body);
        return Reply.Json(200, issue.ToJson(comment));
    }

    private (Issue Issue, Comment Comment)? Find(Visit visit)
    {
        var id = long.Parse(visit.Route("id"), System.Globalization.CultureInfo.InvariantCulture);
        var issue = repository.Issues.Find(one => one.Comments.Exists(comment => comment.Id == id));
        return issue?.Comments.Find(comment => comment.Id == id) is { } found ? (issue, found) : null;
    }

    // GitHub takes labels as names or as objects with a name.
    private static List<string> Labels(JsonObject body) => body["labels"] is JsonArray labels
        ? [.. labels.Select(label => label is JsonObject members ? members.Text("name") : label?.ToString()).OfType<string>()]
        : [];

    private Reply WithIssue(Visit visit, Func<Issue, Reply> perform) =>
        int.TryParse(visit.Route("number"), out var number) && repository.Find(number) is { } issue ? perform(issue) : Wire.NotFound;

    private string Name(Issue issue) => $"{repository.Name}#{issue.Number}";
}
