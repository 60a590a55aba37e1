using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>What a client may change. Each change records itself when it is performed. Call it under the list's lock.</summary>
internal sealed class IssueActions(IssueList issues, MutationLog log)
{
    public Reply Create(JsonObject body)
    {
        if (string.IsNullOrWhiteSpace(body.Text("title")))
        {
            return Invalid("Issue", "title", "missing_field");
        }

        var issue = issues.Add(body.Text("title")!, body.Text("body"), Labels(body));
        log.Record(Systems.GitHub, "CreateIssue", Name(issue), issue.Title);
        return Reply.Json(201, issue.ToJson());
    }

    public Reply Update(Issue issue, JsonObject body)
    {
        var state = body.Text("state");
        if (body.ContainsKey("state") && state is not ("open" or "closed"))
        {
            return Invalid("Issue", "state", "invalid");
        }

        issues.Touch(issue);
        issue.Title = body.Text("title") ?? issue.Title;
        issue.Body = body.ContainsKey("body") ? body.Text("body") : issue.Body;
        issue.Labels = body.ContainsKey("labels") ? Labels(body) : issue.Labels;
        if (state is not null)
        {
            issue.SetOpen(state == "open", issue.UpdatedAt);
        }

        log.Record(Systems.GitHub, "UpdateIssue", Name(issue), state ?? "");
        return Reply.Json(200, issue.ToJson());
    }

    public Reply Comment(Issue issue, JsonObject body)
    {
        if (string.IsNullOrWhiteSpace(body.Text("body")))
        {
            return Invalid("IssueComment", "body", "missing_field");
        }

        var comment = issues.AddComment(issue, body.Text("body")!);
        log.Record(Systems.GitHub, "CreateComment", Name(issue), comment.Body);
        return Reply.Json(201, issue.ToJson(comment));
    }

    private static Reply Invalid(string resource, string field, string code) => Reply.Json(422, new JsonObject
    {
        ["message"] = "Validation Failed",
        ["errors"] = new JsonArray(new JsonObject { ["resource"] = resource, ["field"] = field, ["code"] = code }),
        ["documentation_url"] = "https://docs.github.com/rest/issues/issues#create-an-issue",
    });

    // GitHub takes labels as names or as objects with a name.
    private static List<string> Labels(JsonObject body) => body["labels"] is JsonArray labels
        ? [.. labels.Select(label => label is JsonObject members ? members.Text("name") : label?.ToString()).OfType<string>()]
        : [];

    private string Name(Issue issue) => $"{issues.Repository}#{issue.Number}";
}
