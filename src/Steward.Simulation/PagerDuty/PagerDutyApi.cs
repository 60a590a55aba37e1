using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.PagerDuty;

/// <summary>PagerDuty's Events API v2: what it demands of an event, and its answers.</summary>
internal sealed class PagerDutyApi(string routingKey, SimulatedPagerDuty pagerDuty, MutationLog log, Exchange exchange)
{
    private const int LongestKey = 255;
    private const int LongestSummary = 1024;
    private static readonly string[] Severities = ["critical", "error", "warning", "info"];
    private static readonly string[] Texts = ["client", "client_url"];
    private static readonly string[] PayloadTexts = ["timestamp", "component", "group", "class"];
    private int unnamed;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v2/enqueue", async context =>
    {
        var body = RequestBody.Object(await RequestBody.BytesAsync(context.Request, context.RequestAborted));
        await exchange.AnswerAsync(context, Systems.PagerDuty, "Enqueue", () => Take(body));
    });

    private Reply Take(JsonObject? body)
    {
        string[] faults = body is null ? ["Unable to parse JSON"] : [.. Faults(body)];
        if (faults.Length > 0)
        {
            return Reply.Json(400, new JsonObject
            {
                ["status"] = "invalid event",
                ["message"] = "Event object is invalid",
                ["errors"] = new JsonArray([.. faults.Select(fault => JsonValue.Create(fault))]),
            });
        }

        var key = body!.Text("dedup_key") ?? $"made-up-{Interlocked.Increment(ref unnamed).ToString(CultureInfo.InvariantCulture)}";
        pagerDuty.Take(body!, key);
        log.Record(Systems.PagerDuty, body!.Text("event_action")!, key, body!["payload"]?["summary"]?.GetValue<string>() ?? "");
        return Reply.Json(202, new JsonObject { ["status"] = "success", ["message"] = "Event processed", ["dedup_key"] = key });
    }

    private IEnumerable<string> Faults(JsonObject body)
    {
        if (body.Text("routing_key") != routingKey)
        {
            yield return "'routing_key' is invalid";
        }

        var action = body.Text("event_action");
        if (action is not ("trigger" or "acknowledge" or "resolve"))
        {
            yield return "'event_action' is missing or unknown";
        }

        if (body["dedup_key"] is not null && body.Text("dedup_key") is not { Length: <= LongestKey })
        {
            yield return "'dedup_key' is longer than 255 characters or no text";
        }

        if (action is "acknowledge" or "resolve" && body["dedup_key"] is null)
        {
            yield return "'dedup_key' is missing";
        }

        foreach (var member in Texts.Where(name => body[name] is not null && body.Text(name) is null))
        {
            yield return $"'{member}' is no text";
        }

        if (body["links"] is { } links && (links is not JsonArray list || list.Any(link => (link as JsonObject)?.Text("href") is null)))
        {
            yield return "'links' must be objects with 'href'";
        }

        if (body["payload"] is JsonObject payload)
        {
            foreach (var fault in PayloadFaults(payload))
            {
                yield return fault;
            }
        }
        else if (action == "trigger" || body["payload"] is not null)
        {
            yield return "'payload' is missing";
        }
    }

    private static IEnumerable<string> PayloadFaults(JsonObject payload)
    {
        if (payload.Text("summary") is not { Length: <= LongestSummary })
        {
            yield return "'payload.summary' is missing, or longer than 1024 characters";
        }

        if (payload.Text("source") is null)
        {
            yield return "'payload.source' is missing";
        }

        if (!Severities.Contains(payload.Text("severity")))
        {
            yield return "'payload.severity' is missing or unknown";
        }

        foreach (var member in PayloadTexts.Where(name => payload[name] is not null && payload.Text(name) is null))
        {
            yield return $"'payload.{member}' is no text";
        }

        if (payload["custom_details"] is { } details && details.GetValueKind() != JsonValueKind.Object)
        {
            yield return "'payload.custom_details' is no object";
        }
    }
}
