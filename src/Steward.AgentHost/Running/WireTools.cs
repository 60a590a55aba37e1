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

    // By the id of the call.
    private readonly Dictionary<int, TaskCompletionSource<JsonDocument>> waiting = [];
    private int last;
    private bool isReading;

    public async Task<JsonElement> CallAsync(string tool, JsonObject arguments, CancellationToken cancellationToken) =>
        Read((await Call(tool, (JsonObject)arguments.DeepClone()).WaitAsync(cancellationToken)).RootElement);

    /// <summary>Calls a tool and gives the line that answers it.</summary>
    public Task<JsonDocument> Call(string tool, JsonObject arguments)
    {
        var answer = new TaskCompletionSource<JsonDocument>(TaskCreationOptions.RunContinuationsAsynchronously);
        int id;
        lock (waiting)
        {
            id = ++last;
            waiting[id] = answer;
            if (!isReading)
            {
                isReading = true;
                new Thread(ReadAll) { IsBackground = true, Name = "answers" }.Start();
            }
        }

        wire.Write(new JsonObject
        {
            ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = "tools/call",
            ["params"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments, ["_meta"] = Meta.DeepClone() },
        });
        return answer.Task;
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

    private void ReadAll()
    {
        try
        {
            while (wire.Read() is { } line)
            {
                if (line.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var number) && Taken(number) is { } call)
                {
                    call.SetResult(line);
                }
            }
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"error: the way to the tools broke: {e.Message}");
        }

        // Nobody answers any more.
        lock (waiting)
        {
            foreach (var call in waiting.Values)
            {
                call.TrySetException(new ToolException("failed", "Steward does not answer any more."));
            }
        }
    }

    private TaskCompletionSource<JsonDocument>? Taken(int id)
    {
        lock (waiting)
        {
            return waiting.Remove(id, out var call) ? call : null;
        }
    }
}
