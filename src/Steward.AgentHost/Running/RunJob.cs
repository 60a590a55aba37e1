using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Sdk;

namespace Steward.AgentHost.Running;

/// <summary>
/// One run of an agent. The job has how many bytes its <c>assembly</c> has, which follow; which <c>run</c> it is, the values of
/// its <c>settings</c>, the <c>handoff</c> of the last run, after how many <c>seconds</c> its token is cancelled, and how many <c>processorSeconds</c> it may use.
/// </summary>
internal static class RunJob
{
    private const int Finished = 0;
    private const int NoJob = 66;

    /// <summary>Waits for the job, runs it, and hands in the result as a last call.</summary>
    public static int Run(Wire wire) => Run(wire, (job, assembly) =>
    {
        // The box may have been started before it was known for whom.
        ProcessorTime.Bound(job.GetProperty("processorSeconds").GetInt64());
        return LoadedAgent.Make(LoadedAgent.Load(assembly));
    });

    /// <summary>The same with an agent that is made otherwise.</summary>
    internal static int Run(Wire wire, Func<JsonElement, byte[], Agent> make)
    {
        if (wire.Read() is not { } job)
        {
            return NoJob;
        }

        var assembly = wire.ReadBytes(job.RootElement.GetProperty("assembly").GetInt32());
        var tools = new WireTools(wire);
        var (result, outOfMemory) = Run(job.RootElement, tools, () => make(job.RootElement, assembly));
        tools.Call("run_finish", new()
        {
            ["isSuccess"] = result.IsSuccess, ["text"] = result.Text, ["outOfMemory"] = outOfMemory, ["handoff"] = result.Handoff is { } handoff ? JsonNode.Parse(handoff.GetRawText()) : null,
        }).GetAwaiter().GetResult();
        return Finished;
    }

    private static (AgentResult Result, bool OutOfMemory) Run(JsonElement job, WireTools tools, Func<Agent> make)
    {
        using var ending = new CancellationTokenSource(TimeSpan.FromSeconds(job.GetProperty("seconds").GetDouble()));
        try
        {
            var agent = make();
            var log = new AgentLog((level, line) => Console.Error.WriteLine($"{level}: {OneLine(line)}"));
            var context = new AgentContext(
                Info(job.GetProperty("run")), new AgentSettings(job.GetProperty("settings")), job.TryGetProperty("handoff", out var handoff) ? handoff : null, TimeProvider.System, log, tools);
            return (agent.RunAsync(context, ending.Token).GetAwaiter().GetResult() ?? AgentResult.None, false);
        }
        catch (Exception e)
        {
            var reason = LoadedAgent.Unwrap(e);
            Console.Error.WriteLine($"error: {reason}".ReplaceLineEndings("\n  "));
            return reason is OutOfMemoryException
                ? (AgentResult.Failure("It wanted more memory than it may have."), true)
                : (AgentResult.Failure($"{reason.GetType().Name}: {reason.Message}"), false);
        }
    }

    // Looking for line ends of all kinds costs milliseconds the first time, and most lines have none.
    private static string OneLine(string line) => line.AsSpan().IndexOfAny('\r', '\n') < 0 ? line : line.ReplaceLineEndings(" ");

    private static RunInfo Info(JsonElement run) => new(
        run.GetProperty("agent").GetString()!, run.GetProperty("id").GetString()!, run.GetProperty("number").GetInt64(), run.GetProperty("attempt").GetInt32(),
        run.GetProperty("trigger").GetString()!, Text(run, "payload"), Text(run, "summary"));

    private static string? Text(JsonElement run, string name) => run.TryGetProperty(name, out var text) ? text.GetString() : null;
}
