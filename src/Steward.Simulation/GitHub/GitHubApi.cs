using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>The issues of GitHub's REST API, in the shapes of its OpenAPI description, version 2022-11-28.</summary>
internal sealed class GitHubApi(string token, IssueList issues, IssueActions actions, Exchange exchange)
{
    private const string Issues = "/repos/{owner}/{name}/issues";
    private const string OneIssue = Issues + "/{number:int}";
    private const string Comments = OneIssue + "/comments";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Issues, (HttpContext context) =>
            AnswerAsync(context, "ListIssues", _ => IssuePages.List(issues, context.Request)));
        routes.MapPost(Issues, (HttpContext context) => AnswerAsync(context, "CreateIssue", actions.Create));
        routes.MapGet(OneIssue, (HttpContext context, int number) =>
            AnswerAsync(context, "GetIssue", _ => WithIssue(number, issue => Reply.Json(200, issue.ToJson()))));
        routes.MapPatch(OneIssue, (HttpContext context, int number) =>
            AnswerAsync(context, "UpdateIssue", body => WithIssue(number, issue => actions.Update(issue, body))));
        routes.MapGet(Comments, (HttpContext context, int number) =>
            AnswerAsync(context, "ListComments", _ => WithIssue(number, issue => IssuePages.Comments(issue, context.Request))));
        routes.MapPost(Comments, (HttpContext context, int number) =>
            AnswerAsync(context, "CreateComment", body => WithIssue(number, issue => actions.Comment(issue, body))));
    }

    private async Task AnswerAsync(HttpContext context, string operation, Func<JsonObject, Reply> perform)
    {
        var bytes = await RequestBody.BytesAsync(context.Request, context.RequestAborted);
        await exchange.AnswerAsync(context, Systems.GitHub, operation, () =>
        {
            if (!IsAuthorised(context.Request))
            {
                return Reply.Message(401, "Bad credentials");
            }

            var values = context.Request.RouteValues;
            if (!string.Equals($"{values["owner"]}/{values["name"]}", issues.Repository, StringComparison.OrdinalIgnoreCase))
            {
                return Reply.Message(404, "Not Found");
            }

            if ((bytes.Length == 0 ? [] : RequestBody.Object(bytes)) is not { } body)
            {
                return Reply.Message(400, "Problems parsing JSON");
            }

            lock (issues.Sync)
            {
                return perform(body);
            }
        });
    }

    private Reply WithIssue(int number, Func<Issue, Reply> perform) =>
        issues.Find(number) is { } issue ? perform(issue) : Reply.Message(404, "Not Found");

    private bool IsAuthorised(HttpRequest request) =>
        request.Headers.Authorization == $"Bearer {token}" || request.Headers.Authorization == $"token {token}";
}
