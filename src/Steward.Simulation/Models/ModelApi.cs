using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.Models;

/// <summary>Anthropic's Messages API, as its documentation has it: what it demands of a request, its answers, its errors.</summary>
internal sealed class ModelApi(string apiKey, string modelName, SimulatedModel model, Exchange exchange)
{
    private const string Version = "2023-06-01";

    // "A token is about four characters of English" (the documentation's glossary). Enough for counts that move.
    private const int CharactersPerToken = 4;
    private int answered;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/messages", async context =>
    {
        var body = RequestBody.Object(await RequestBody.BytesAsync(context.Request, context.RequestAborted));
        await exchange.AnswerAsync(context, Systems.Model, "AskModel", () => Answer(context.Request.Headers, body));
    });

    private Reply Answer(IHeaderDictionary headers, JsonObject? body) =>
        headers["x-api-key"] != apiKey ? Error(401, "authentication_error", "invalid x-api-key")
        : headers["anthropic-version"] != Version ? Error(400, "invalid_request_error", "anthropic-version: header is required")
        : body is null || Fault(body) is { Length: > 0 } ? Error(400, "invalid_request_error", body is null ? "The request body is not valid JSON" : Fault(body)!)
        : body.Text("model") != modelName ? Error(404, "not_found_error", $"model: {body.Text("model")}")
        : Message(body);

    private Reply Message(JsonObject body)
    {
        var words = model.Take(body);
        var longest = (int)body["max_tokens"]! * CharactersPerToken;
        var (text, isWhole) = words.Length <= longest ? (words, true) : (words[..longest], false);
        return Reply.Json(200, new JsonObject
        {
            ["id"] = $"msg_simulated{Interlocked.Increment(ref answered).ToString(CultureInfo.InvariantCulture)}",
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = modelName,
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }),
            ["stop_reason"] = isWhole ? "end_turn" : "max_tokens",
            ["stop_sequence"] = null,
            ["usage"] = new JsonObject
            {
                ["input_tokens"] = Tokens(body["system"]?.ToJsonString() ?? "") + Tokens(body["messages"]!.ToJsonString()),
                ["output_tokens"] = Tokens(text),
            },
        });
    }

    private static string? Fault(JsonObject body) =>
        body.Text("model") is null ? "model: Field required"
        : body["max_tokens"] is not JsonValue value || !value.TryGetValue(out int most) || most < 1 ? "max_tokens: Field required"
        : body["messages"] is not JsonArray { Count: > 0 } messages || (messages[0] as JsonObject)?.Text("role") != "user" || messages[0]!["content"] is null ? "messages: at least one message of the role 'user' is required"
        : body["system"] is { } system && system.GetValueKind() != JsonValueKind.String ? "system: Input should be a valid string"
        : null;

    private static int Tokens(string text) => (text.Length + CharactersPerToken - 1) / CharactersPerToken;

    private static Reply Error(int status, string type, string message) =>
        Reply.Json(status, new JsonObject { ["type"] = "error", ["error"] = new JsonObject { ["type"] = type, ["message"] = message } });
}
