using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.Models;

/// <summary>OpenAI's chat completions, as its description has them, whole or as a stream: what Ollama and many others speak as well.</summary>
internal sealed class ChatApi(string apiKey, string modelName, SimulatedModel model, Exchange exchange, TimeProvider clock)
{
    private int answered;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/chat/completions", async context =>
    {
        var body = RequestBody.Object(await RequestBody.BytesAsync(context.Request, context.RequestAborted));
        await exchange.AnswerAsync(context, Systems.Model, "AskChat", () => Answer(context.Request.Headers, body));
    });

    private Reply Answer(IHeaderDictionary headers, JsonObject? body) =>
        headers.Authorization != $"Bearer {apiKey}" ? Error(401, "invalid_api_key", "Incorrect API key provided.")
        : body?["messages"] is not JsonArray { Count: > 0 } ? Error(400, "invalid_request_error", "Missing required parameter: 'messages'.")
        : body.Text("model") != modelName ? Error(404, "model_not_found", $"The model '{body.Text("model")}' does not exist or you do not have access to it.")
        : model.Take(body, ModelApi.UserTurn(body), modelName) is not { } spoken ? Error(404, "no_recording", "There is no recording of this question, and no model is asked.")
        : (bool?)body["stream"] == true ? Stream(body, spoken.AtMost(Limit(body)))
        : Whole(body, spoken.AtMost(Limit(body)));

    private Reply Whole(JsonObject body, Spoken spoken)
    {
        var completion = Part(spoken, "chat.completion", Choice("message", new JsonObject
        {
            ["role"] = "assistant", ["content"] = spoken.End == ModelEnd.Refusal ? null : spoken.Text, ["refusal"] = spoken.End == ModelEnd.Refusal ? "I cannot help with that." : null,
        }, FinishReason(spoken)));
        completion["usage"] = Usage(body, spoken);
        return Reply.Json(200, completion);
    }

    private Reply Stream(JsonObject body, Spoken spoken)
    {
        JsonObject Chunk(JsonObject delta, string? finish) => Part(spoken, "chat.completion.chunk", Choice("delta", delta, finish));
        List<JsonObject> chunks = [Chunk(new JsonObject { ["role"] = "assistant", ["content"] = "" }, null), .. spoken.Pieces.Select(piece => Chunk(new JsonObject { ["content"] = piece }, null))];
        if (spoken.End == ModelEnd.Refusal)
        {
            chunks.Add(Chunk(new JsonObject { ["refusal"] = "I cannot help with that." }, null));
        }

        chunks.Add(Chunk([], FinishReason(spoken)));
        if ((bool?)body["stream_options"]?["include_usage"] == true)
        {
            var last = Part(spoken, "chat.completion.chunk", null);
            last["usage"] = Usage(body, spoken);
            chunks.Add(last);
        }

        return ServerSentEvents.Plain(chunks);
    }

    private JsonObject Part(Spoken spoken, string type, JsonObject? choice) => new()
    {
        ["id"] = $"chatcmpl-simulated{Interlocked.Increment(ref answered).ToString(CultureInfo.InvariantCulture)}",
        ["object"] = type,
        ["created"] = clock.GetUtcNow().ToUnixTimeSeconds(),
        ["model"] = spoken.Model,
        ["choices"] = choice is null ? [] : new JsonArray(choice),
    };

    private static JsonObject Choice(string name, JsonObject content, string? finish) => new() { ["index"] = 0, [name] = content, ["finish_reason"] = finish };

    private static JsonObject Usage(JsonObject body, Spoken spoken)
    {
        var read = Spoken.Count(body["messages"]!.ToJsonString());
        return new() { ["prompt_tokens"] = read, ["completion_tokens"] = spoken.Tokens, ["total_tokens"] = read + spoken.Tokens };
    }

    private static string FinishReason(Spoken spoken) => spoken.End == ModelEnd.Cut ? "length" : "stop";

    private static int Limit(JsonObject body) => (int?)(body["max_completion_tokens"] ?? body["max_tokens"]) ?? int.MaxValue / 8;

    private static Reply Error(int status, string code, string message) =>
        Reply.Json(status, new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = "invalid_request_error", ["code"] = code } });
}
