using System.Runtime.ExceptionServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Steward.Agents.Tools;
using Steward.Kernel;
using Steward.Sandboxing;

namespace Steward.Agents.Runs;

/// <summary>What a run handed in at its end.</summary>
/// <param name="IsSuccess">Whether the agent did what it is for.</param>
/// <param name="Text">What came of it, or why it failed.</param>
/// <param name="Handoff">What the next run is to know, as JSON; null leaves what was there.</param>
/// <param name="RanOutOfMemory">Whether it failed for want of memory, as .NET told it.</param>
internal sealed record RunReport(bool IsSuccess, string Text, string? Handoff, bool RanOutOfMemory = false);

/// <summary>
/// A server of the Model Context Protocol for one run: the tools that its agent may use, over the box's input and output.
/// The run hands in its result by the tool <c>run_finish</c>, once.
/// </summary>
internal sealed class RunServer(ToolBelt belt, LargeMessages large, TimeProvider clock)
{
    private const string Finish = "run_finish";
    private const int LongestText = 10_000;
    private const int LongestHandoff = 10_000;

    // What a process has to go after its last word.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private static readonly JsonElement AnyObject = JsonSerializer.Deserialize<JsonElement>("""{"type":"object"}""");

    /// <summary>What the run handed in; null while it has not.</summary>
    public RunReport? Report { get; private set; }

    /// <summary>Why it was ended by what it sent or did not; null when it was not.</summary>
    public string? Ended { get; private set; }

    private ITimer? leaving;
    private int isTaken;

    /// <summary>Serves the box until its output ends; ends it when it sends too much, or stays after it has handed in its result.</summary>
    /// <param name="box">The box.</param>
    /// <param name="over">Cancelled when the box has ended.</param>
    /// <param name="cancellationToken">Ends serving.</param>
    public async Task ServeAsync(RunningBox box, CancellationToken over, CancellationToken cancellationToken)
    {
        await using var timer = leaving = clock.CreateTimer(_ => box.Kill(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var transport = new BoxTransport(box, large, clock, over);
        var options = new McpServerOptions
        {
            ServerInfo = new Implementation { Name = "steward", Version = "0.1" },
            Handlers = new McpServerHandlers
            {
                ListToolsHandler = (_, _) => ValueTask.FromResult(List()),
                CallToolHandler = (request, token) => CallAsync(request.Params!, holding => transport.HoldAsync(request.JsonRpcRequest.Id, holding), token),
            },
        };
        await using (var server = McpServer.Create(transport, options))
        {
            var reading = transport.ReadAsync();
            await server.RunAsync(cancellationToken);
            await reading;
        }

        Ended = transport.Ended;
        if (transport.Fault is { } fault)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    private ListToolsResult List() => new()
    {
        Tools = [.. belt.Granted.Select(tool => new Tool { Name = tool.Name, Description = tool.About, InputSchema = AnyObject })],
    };

    private async ValueTask<CallToolResult> CallAsync(CallToolRequestParams call, Func<CancellationToken, Task> beforeLarge, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments?.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal) ?? [];
        try
        {
            return Answer(call.Name == Finish ? Take(arguments) : await belt.CallAsync(call.Name, arguments, beforeLarge, cancellationToken), isError: false);
        }
        catch (ToolFaultException e)
        {
            return Answer(new JsonObject { ["code"] = e.Code, ["message"] = e.Message }, isError: true);
        }
    }

    private JsonObject Take(Dictionary<string, JsonElement> arguments)
    {
        if (Interlocked.Exchange(ref isTaken, 1) == 1)
        {
            throw new ToolFaultException("refused", "The result was handed in before.");
        }

        // As people read it: escaped, a letter outside ASCII would count as six.
        var handoff = arguments.TryGetValue("handoff", out var given) && given.ValueKind != JsonValueKind.Null ? Json.Write(given) : null;
        var text = arguments.TryGetValue("text", out var said) && said.ValueKind == JsonValueKind.String ? said.GetString()! : "";
        var isSuccess = arguments.TryGetValue("isSuccess", out var success) && success.ValueKind == JsonValueKind.True;
        Report = handoff?.Length > LongestHandoff
            ? new RunReport(false, $"What it wants to hand on has {handoff.Length} characters; {LongestHandoff} are allowed. Keep what is large in memory or files.", null)
            : new RunReport(isSuccess, text.Cut(LongestText, " (cut)"), handoff, !isSuccess && arguments.TryGetValue("outOfMemory", out var memory) && memory.ValueKind == JsonValueKind.True);
        leaving?.Change(Farewell, Timeout.InfiniteTimeSpan);
        return [];
    }

    private static CallToolResult Answer(JsonNode content, bool isError) => new() { Content = [], StructuredContent = JsonSerializer.SerializeToElement(content), IsError = isError };
}
