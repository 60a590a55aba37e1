using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.N8n;

/// <summary>n8n's webhooks and the executions of its public API, in the shapes that n8n 2.41 was seen to answer.</summary>
internal sealed class N8nApi(string apiKey, SimulatedN8n n8n, MutationLog log, Exchange exchange)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/webhook/{**path}", ReceiveAsync);
        routes.MapGet("/api/v1/executions", (HttpContext context) =>
            exchange.AnswerAsync(context, Systems.N8n, "ListExecutions", () => context.Request.Headers["X-N8N-API-KEY"] == apiKey
                ? Executions.Page(n8n.Deliveries, context.Request)
                : Reply.Message(401, "Unauthorized")));
    }

    private async Task ReceiveAsync(HttpContext context, string path)
    {
        var body = Encoding.UTF8.GetString(await RequestBody.BytesAsync(context.Request, context.RequestAborted));
        // Header names are few: Kestrel refuses a request with more than a hundred of them.
        var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        await exchange.AnswerAsync(context, Systems.N8n, "Webhook", () =>
        {
            if (n8n.Receive(path, headers, body) is not { } delivery)
            {
                return NotRegistered(path);
            }

            log.Record(Systems.N8n, "Webhook", path, delivery.ExecutionId);
            return Reply.Message(200, "Workflow was started");
        });
    }

    private static Reply NotRegistered(string path) => Reply.Json(404, new JsonObject
    {
        ["code"] = 404,
        ["message"] = $"The requested webhook \"POST {path}\" is not registered.",
        ["hint"] = "The workflow must be active for a production URL to run successfully. You can activate the workflow "
            + "using the toggle in the top-right of the editor. Note that unlike test URL calls, production URL calls "
            + "aren't shown on the canvas (only in the executions list)",
    });
}
