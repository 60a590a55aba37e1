using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.N8n;

/// <summary>The list of executions: newest first, 100 a page unless asked otherwise, at the most 250, as in n8n's own description.</summary>
internal static class Executions
{
    private const int DefaultPage = 100;
    private const int MaxPage = 250;

    public static Reply Page(IReadOnlyList<WebhookDelivery> oldestFirst, HttpRequest request)
    {
        var limit = int.TryParse(request.Query["limit"], out var asked) ? Math.Clamp(asked, 1, MaxPage) : DefaultPage;
        var found = oldestFirst.Reverse();
        if (request.Query["cursor"] is [{ Length: > 0 } cursor, ..])
        {
            if (LastId(cursor) is not { } last)
            {
                return Reply.Message(400, "An invalid cursor was provided");
            }

            found = found.SkipWhile(one => one.ExecutionId != last).Skip(1);
        }

        var page = found.Take(limit + 1).ToList();
        var withData = request.Query["includeData"] == "true";
        return Reply.Json(200, new JsonObject
        {
            ["data"] = new JsonArray([.. page.Take(limit).Select(one => Execution(one, withData))]),
            ["nextCursor"] = page.Count > limit ? Cursor(page[limit - 1].ExecutionId, limit) : null,
        });
    }

    private static JsonObject Execution(WebhookDelivery delivery, bool withData)
    {
        var execution = new JsonObject
        {
            ["id"] = delivery.ExecutionId,
            ["finished"] = true,
            ["mode"] = "webhook",
            ["retryOf"] = null,
            ["retrySuccessId"] = null,
            ["status"] = "success",
            ["startedAt"] = delivery.At.ToString("O"),
            ["stoppedAt"] = delivery.At.ToString("O"),
            ["workflowId"] = $"workflow-{delivery.Path}",
            ["waitTill"] = null,
        };
        if (withData)
        {
            execution["data"] = Data(delivery);
        }

        return execution;
    }

    private static JsonObject Data(WebhookDelivery delivery)
    {
        var item = new JsonObject
        {
            ["json"] = new JsonObject
            {
                ["headers"] = new JsonObject(delivery.Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
                ["body"] = Parse(delivery.Body),
            },
        };
        var run = new JsonObject { ["data"] = new JsonObject { ["main"] = new JsonArray(new JsonArray(item)) } };
        return new JsonObject
        {
            ["resultData"] = new JsonObject
            {
                ["runData"] = new JsonObject { ["Webhook"] = new JsonArray(run) },
                ["lastNodeExecuted"] = "Webhook",
            },
        };
    }

    private static JsonNode? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return body;
        }
    }

    private static string Cursor(string lastId, int limit) => Convert.ToBase64String(
        JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["lastId"] = lastId, ["limit"] = limit }));

    private static string? LastId(string cursor)
    {
        var bytes = new byte[cursor.Length];
        return Convert.TryFromBase64String(cursor, bytes, out var length)
            ? RequestBody.Object(bytes[..length])?.Text("lastId")
            : null;
    }
}
