using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.N8n;

/// <summary>The executions of n8n's public API, and what n8n tells about itself, in the shapes that n8n 2.41 was seen to answer.</summary>
internal sealed class N8nExecutionApi(string apiKey, SimulatedN8n n8n, MutationLog log, Exchange exchange)
{
    private const int DefaultPage = 100;
    private const int MaxPage = 250;
    private const string Root = "/api/v1/executions";
    private static readonly string[] Statuses = ["canceled", "crashed", "error", "new", "running", "success", "unknown", "waiting"];

    // {"dsn":"","environment":"development","release":"n8n@2.41.1"}
    private const string About = "eyJkc24iOiIiLCJlbnZpcm9ubWVudCI6ImRldmVsb3BtZW50IiwicmVsZWFzZSI6Im44bkAyLjQxLjEifQ==";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", (HttpContext context) => exchange.AnswerAsync(context, Systems.N8n, "Health", () => Reply.Json(200, new JsonObject { ["status"] = "ok" })));
        routes.MapGet("/", (HttpContext context) => exchange.AnswerAsync(context, Systems.N8n, "Editor",
            () => Reply.Html(200, $"<!DOCTYPE html><html><head><meta name=\"n8n:config:sentry\" content=\"{About}\"></head></html>")));
        routes.MapGet("/api/v1/discover", (HttpContext context) => Allowed(context, "Discover", null, Discover));
        routes.MapGet(Root, (HttpContext context) => Allowed(context, "ListExecutions", "execution:list", () => List(context.Request)));
        routes.MapGet(Root + "/{id}", (HttpContext context, string id) => Numbered(context, id, "GetExecution", "execution:read",
            number => n8n.ShowExecution(number, context.Request.Query["includeData"] == "true")));
        routes.MapDelete(Root + "/{id}", (HttpContext context, string id) => Numbered(context, id, "DeleteExecution", "execution:delete",
            number => n8n.DeleteExecution(number, Record("DeleteExecution"))));
        routes.MapPost(Root + "/{id}/stop", (HttpContext context, string id) => Numbered(context, id, "StopExecution", "execution:stop",
            number => n8n.Stop(number, Record("StopExecution"))));
        routes.MapPost(Root + "/{id}/retry", RetryAsync);
    }

    private Action<Execution> Record(string operation) => execution => log.Record(Systems.N8n, operation, execution.Id.ToString(CultureInfo.InvariantCulture), execution.WorkflowId);

    private Reply? Refusal(HttpContext context, string? scope) => context.Request.Headers["X-N8N-API-KEY"] != apiKey ? Reply.Message(401, "Unauthorized")
        : scope is null || n8n.May(scope) ? null
        : Reply.Message(403, "Forbidden");

    private Task Allowed(HttpContext context, string operation, string? scope, Func<Reply> perform) =>
        exchange.AnswerAsync(context, Systems.N8n, operation, () => Refusal(context, scope) ?? perform());

    private Task Numbered(HttpContext context, string id, string operation, string scope, Func<int, Reply> perform) =>
        Allowed(context, operation, scope, () => Number(id) is { } number ? perform(number) : NoNumber());

    // It answers when the new execution is over.
    private Task RetryAsync(HttpContext context, string id) => exchange.AnswerAsync(context, Systems.N8n, "RetryExecution", async () =>
        Refusal(context, "execution:retry") ?? (Number(id) is { } number ? await n8n.RetryAsync(number, Record("RetryExecution")) : NoNumber()));

    private static int? Number(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private static Reply NoNumber() => Reply.Message(400, "request/params/executionId must be a positive integer");

    private Reply List(HttpRequest request)
    {
        var limit = int.TryParse(request.Query["limit"], out var asked) ? Math.Clamp(asked, 1, MaxPage) : DefaultPage;
        int? last = null;
        if (request.Query["cursor"] is [{ Length: > 0 } cursor, ..])
        {
            last = int.TryParse(Cursors.Read(cursor)?.Text("lastId"), out var id) ? id : null;
            if (last is null)
            {
                return Reply.Message(400, "An invalid cursor was provided");
            }
        }

        var status = (string?)request.Query["status"];
        if (status is not null && !Statuses.Contains(status))
        {
            return Reply.Message(400, $"request/query/status Invalid enum value. Expected {string.Join(" | ", Statuses.Select(one => $"'{one}'"))}, received '{status}'");
        }

        var found = n8n.ListExecutions(request.Query["workflowId"], status, last, limit + 1, request.Query["includeData"] == "true");
        return Reply.Json(200, new JsonObject
        {
            ["data"] = new JsonArray([.. found.Take(limit)]),
            ["nextCursor"] = found.Count > limit ? Cursors.Of(new JsonObject { ["lastId"] = found[limit - 1].Text("id"), ["limit"] = limit }) : null,
        });
    }

    private Reply Discover() => Reply.Json(200, new JsonObject
    {
        ["data"] = new JsonObject { ["scopes"] = new JsonArray([.. (n8n.KeyScopes ?? new HashSet<string>(AllScopes)).Select(scope => JsonValue.Create(scope))]) },
    });

    private static readonly string[] AllScopes =
    [
        "workflow:create", "workflow:read", "workflow:update", "workflow:delete", "workflow:list", "workflow:activate", "workflow:deactivate",
        "execution:read", "execution:list", "execution:delete", "execution:retry", "execution:stop",
    ];
}
