using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.Models;

/// <summary>
/// Anthropic's Messages API, as its documentation has it: what it demands of a request, its answers, whole or as a stream, its
/// errors. The key comes in either of the two headers that its libraries use.
/// </summary>
internal sealed class ModelApi(string apiKey, string modelName, SimulatedModel model, Exchange exchange)
{
    // Both are in its list of versions, and differ in nothing that is asked for here.
    private static readonly string[] Versions = ["2023-06-01", "2026-10-21"];
    private int answered;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/messages", async context =>
    {
        var body = RequestBody.Object(await RequestBody.BytesAsync(context.Request, context.RequestAborted));
        await exchange.AnswerAsync(context, Systems.Model, "AskModel", () => Answer(context.Request.Headers, body));
    });

    private Reply Answer(IHeaderDictionary headers, JsonObject? body) =>
        headers["x-api-key"] != apiKey && headers.Authorization != $"Bearer {apiKey}" ? Error(401, "authentication_error", "invalid x-api-key")
        : !Versions.Contains(headers["anthropic-version"].ToString()) ? Error(400, "invalid_request_error", "anthropic-version: header is required")
        : body is null || Fault(body) is { Length: > 0 } ? Error(400, "invalid_request_error", body is null ? "The request body is not valid JSON" : Fault(body)!)
        : body.Text("model") != modelName ? Error(404, "not_found_error", $"model: {body.Text("model")}")
        : model.Take(body, UserTurn(body), modelName) is not { } spoken ? Error(404, "not_found_error", "There is no recording of this question, and no model is asked.")
        : (bool?)body["stream"] == true ? Stream(body, spoken.AtMost((int)body["max_tokens"]!))
        : Reply.Json(200, Message(body, spoken.AtMost((int)body["max_tokens"]!)));

    private JsonObject Message(JsonObject body, Spoken spoken) => new()
    {
        ["id"] = $"msg_simulated{Interlocked.Increment(ref answered).ToString(CultureInfo.InvariantCulture)}",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = spoken.Model,
        ["content"] = spoken.Text.Length > 0 ? new JsonArray(new JsonObject { ["type"] = "text", ["text"] = spoken.Text }) : [],
        ["stop_reason"] = StopReason(spoken),
        ["stop_sequence"] = null,
        ["usage"] = new JsonObject
        {
            ["input_tokens"] = Spoken.Count(Words(body["system"])) + Spoken.Count(body["messages"]!.ToJsonString()),
            ["output_tokens"] = spoken.Tokens,
        },
    };

    private Reply Stream(JsonObject body, Spoken spoken)
    {
        var message = Message(body, spoken);
        message["content"] = new JsonArray();
        message["stop_reason"] = null;
        message["usage"]!["output_tokens"] = 1;
        return ServerSentEvents.Named(
        [
            new JsonObject { ["type"] = "message_start", ["message"] = message },
            new JsonObject { ["type"] = "content_block_start", ["index"] = 0, ["content_block"] = new JsonObject { ["type"] = "text", ["text"] = "" } },
            new JsonObject { ["type"] = "ping" },
            .. spoken.Pieces.Select(piece => new JsonObject { ["type"] = "content_block_delta", ["index"] = 0, ["delta"] = new JsonObject { ["type"] = "text_delta", ["text"] = piece } }),
            new JsonObject { ["type"] = "content_block_stop", ["index"] = 0 },
            new JsonObject
            {
                ["type"] = "message_delta", ["delta"] = new JsonObject { ["stop_reason"] = StopReason(spoken), ["stop_sequence"] = null }, ["usage"] = new JsonObject { ["output_tokens"] = spoken.Tokens },
            },
            new JsonObject { ["type"] = "message_stop" },
        ]);
    }

    private static string StopReason(Spoken spoken) => spoken.End switch { ModelEnd.Cut => "max_tokens", ModelEnd.Refusal => "refusal", _ => "end_turn" };

    private static string? Fault(JsonObject body) =>
        body.Text("model") is null ? "model: Field required"
        : body["max_tokens"] is not JsonValue value || !value.TryGetValue(out int most) || most < 1 ? "max_tokens: Field required"
        : body["messages"] is not JsonArray { Count: > 0 } messages || (messages[0] as JsonObject)?.Text("role") != "user" || messages[0]!["content"] is null ? "messages: at least one message of the role 'user' is required"
        : body["system"] is { } system && system.GetValueKind() != JsonValueKind.String && system is not JsonArray ? "system: Input should be a valid string or list"
        : null;

    /// <summary>The words of the last turn.</summary>
    internal static string UserTurn(JsonObject body) => Words((body["messages"] as JsonArray)?[^1]?["content"]);

    // Text, or a list of blocks with text in them.
    private static string Words(JsonNode? content) => content switch
    {
        null => "",
        JsonArray blocks => string.Concat(blocks.Select(block => (block as JsonObject)?.Text("text"))),
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => "",
    };

    private static Reply Error(int status, string type, string message) =>
        Reply.Json(status, new JsonObject { ["type"] = "error", ["error"] = new JsonObject { ["type"] = type, ["message"] = message } });
}
