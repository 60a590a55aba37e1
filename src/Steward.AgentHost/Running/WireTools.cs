using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Sdk.Tools;

namespace Steward.AgentHost.Running;

/// <summary>
/// Tools as they are reached from a run: calls of the Model Context Protocol in its version 2026-07-28, which needs no
/// handshake, a line each. Several may be under way at once.
/// </summary>
internal sealed class WireTools(Wire wire) : ITools
{
    private static readonly JsonObject Meta = new()
    {
        ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
        ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
    };

    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> waiting = new();
    private int last;
    private int isReading;

    public async Task<JsonElement> CallAsync(string tool, JsonObject arguments, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref last);
        var answer = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        wire.Write(new JsonObject
        {
            ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = "tools/call",
            ["params"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments.DeepClone(), ["_meta"] = Meta.DeepClone() },
        });
        if (Interlocked.Exchange(ref isReading, 1) == 0)
        {
            _ = Task.Run(ReadAsync, CancellationToken.None);
        }

        return Read(await answer.Task.WaitAsync(cancellationToken));
    }

    private static JsonElement Read(JsonElement answer)
    {
        if (answer.TryGetProperty("error", out var error))
        {
            throw new ToolException("failed", error.GetProperty("message").GetString() ?? "the call failed");
        }

        var result = answer.GetProperty("result");
        var content = result.TryGetProperty("structuredContent", out var structured) ? structured : default;
        if (result.TryGetProperty("isError", out var isError) && isError.GetBoolean())
        {
            throw content.ValueKind == JsonValueKind.Object
                ? new ToolException(content.GetProperty("code").GetString()!, content.GetProperty("message").GetString()!)
                : new ToolException("failed", result.GetProperty("content")[0].GetProperty("text").GetString()!);
        }

        return content;
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await wire.ReadAsync<JsonObject>() is { } line)
            {
                if (line["id"] is JsonValue id && id.TryGetValue<int>(out var number) && waiting.TryRemove(number, out var call))
                {
                    call.SetResult(JsonSerializer.SerializeToElement(line));
                }
            }
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"error: the way to the tools broke: {e.Message}");
        }

        // Nobody answers any more.
        foreach (var call in waiting.Values)
        {
            call.TrySetException(new ToolException("failed", "Steward does not answer any more."));
        }
    }
}
