using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.N8n;

/// <summary>n8n's webhooks and the workflows of its public API, in the shapes that n8n 2.41 was seen to answer.</summary>
internal sealed class N8nApi(string apiKey, SimulatedN8n n8n, MutationLog log, Exchange exchange)
{
    private const int DefaultPage = 100;
    private const int MaxPage = 250;
    private const string Root = "/api/v1/workflows";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("/webhook/{**path}", ReceiveAsync);
        routes.MapGet(Root, (HttpContext context) => Allowed(context, "ListWorkflows", "workflow:list", () => List(context.Request)));
        routes.MapGet(Root + "/{id}", (HttpContext context, string id) => Allowed(context, "GetWorkflow", "workflow:read", () => n8n.ShowWorkflow(id)));
        routes.MapPost(Root, (HttpContext context) => WrittenAsync(context, "CreateWorkflow", "workflow:create",
            body => n8n.CreateWorkflow(body, Record("CreateWorkflow"))));
        routes.MapPut(Root + "/{id}", (HttpContext context, string id) => WrittenAsync(context, "UpdateWorkflow", "workflow:update",
            body => n8n.UpdateWorkflow(id, body, Record("UpdateWorkflow"))));
        routes.MapDelete(Root + "/{id}", (HttpContext context, string id) => Allowed(context, "DeleteWorkflow", "workflow:delete",
            () => n8n.DeleteWorkflow(id, Record("DeleteWorkflow"))));
        routes.MapPost(Root + "/{id}/activate", (HttpContext context, string id) => Allowed(context, "ActivateWorkflow", "workflow:activate",
            () => n8n.Activate(id, Record("ActivateWorkflow"))));
        routes.MapPost(Root + "/{id}/deactivate", (HttpContext context, string id) => Allowed(context, "DeactivateWorkflow", "workflow:deactivate",
            () => n8n.Deactivate(id, Record("DeactivateWorkflow"))));
        routes.MapPost(Root + "/{id}/archive", (HttpContext context, string id) => Allowed(context, "ArchiveWorkflow", "workflow:delete", () => n8n.Archive(id)));
    }

    private Action<Workflow> Record(string operation) => workflow => log.Record(Systems.N8n, operation, workflow.Id, workflow.Name);

    private Reply List(HttpRequest request)
    {
        var limit = int.TryParse(request.Query["limit"], out var asked) ? Math.Clamp(asked, 1, MaxPage) : DefaultPage;
        var offset = 0;
        if (request.Query["cursor"] is [{ Length: > 0 } cursor, ..])
        {
            if (Cursors.Read(cursor) is not { } position || position["offset"] is not JsonValue at || !at.TryGetValue(out offset))
            {
                return Reply.Message(400, "An invalid cursor was provided");
            }
        }

        return n8n.ListWorkflows(request.Query["name"], bool.TryParse(request.Query["active"], out var active) ? active : null, limit, offset);
    }

    private Task Allowed(HttpContext context, string operation, string scope, Func<Reply> perform) =>
        exchange.AnswerAsync(context, Systems.N8n, operation, () => Refusal(context, scope) ?? perform());

    private async Task WrittenAsync(HttpContext context, string operation, string scope, Func<JsonObject?, Reply> perform)
    {
        var body = RequestBody.Object(await RequestBody.BytesAsync(context.Request, context.RequestAborted));
        await Allowed(context, operation, scope, () => perform(body));
    }

    private Reply? Refusal(HttpContext context, string scope) => context.Request.Headers["X-N8N-API-KEY"] != apiKey ? Reply.Message(401, "Unauthorized")
        : n8n.May(scope) ? null
        : Reply.Message(403, "Forbidden");

    private async Task ReceiveAsync(HttpContext context, string path)
    {
        var method = context.Request.Method;
        if (HttpMethods.IsOptions(method))
        {
            await exchange.AnswerAsync(context, Systems.N8n, "WebhookOptions", () => Options(path, context.Request.Headers.Origin.Count > 0));
            return;
        }

        var body = Encoding.UTF8.GetString(await RequestBody.BytesAsync(context.Request, context.RequestAborted));
        // Header names are few: Kestrel refuses a request with more than a hundred of them.
        var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        await exchange.AnswerAsync(context, Systems.N8n, "Webhook", async () =>
        {
            if (!n8n.IsAuthorised(method, path, headers.GetValueOrDefault("x-steward-key")))
            {
                return new Reply(403, "Authorization data is wrong!"u8.ToArray(), "text/plain");
            }

            if (n8n.Receive(method, path, headers, body) is not var (execution, node))
            {
                return NotRegistered(method, path);
            }

            log.Record(Systems.N8n, "Webhook", path, execution.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return await n8n.AnswerAsync(execution, node);
        });
    }

    // How n8n answers a browser that asks before it sends from another page; nothing is started by it.
    private Reply Options(string path, bool fromAnotherPage)
    {
        var methods = n8n.MethodsAt(path);
        var reply = methods.Count == 0 && fromAnotherPage ? Reply.Message(500, "The requested webhook is not registered.") : new Reply(204, default);
        return fromAnotherPage ? reply.With("Access-Control-Allow-Methods", string.Join(", ", methods.Prepend("OPTIONS"))) : reply;
    }

    private Reply NotRegistered(string method, string path) => n8n.MethodsAt(path) is { Count: > 0 } others
        ? Reply.Json(404, new JsonObject { ["code"] = 404, ["message"] = $"This webhook is not registered for {method} requests. Did you mean to make a {others[0]} request?" })
        : Reply.Json(404, new JsonObject
        {
            ["code"] = 404,
            ["message"] = $"The requested webhook \"{method} {path}\" is not registered.",
            ["hint"] = "The workflow must be active for a production URL to run successfully. You can activate the workflow "
                + "using the toggle in the top-right of the editor. Note that unlike test URL calls, production URL calls "
                + "aren't shown on the canvas (only in the executions list)",
        });
}
