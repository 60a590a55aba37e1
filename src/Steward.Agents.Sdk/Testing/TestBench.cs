using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Sdk.Trying;

namespace Steward.Agents.Sdk.Testing;

/// <summary>Runs an agent against scripted tools and a clock that the test sets.</summary>
public sealed class TestBench
{
    private const int LongestHandoff = 10_000;

    private readonly JsonObject settings = [];
    private readonly List<string> log = [];
    private long runs;

    /// <summary>A bench at noon of 1 January 2030, with nothing scripted.</summary>
    public TestBench() => Tools = new ScriptedTools(() => Now);

    /// <summary>The tools, and what was asked of them.</summary>
    public ScriptedTools Tools { get; }

    /// <summary>What time it is; set it to go on.</summary>
    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What the last run handed on, and the next one finds.</summary>
    public JsonElement? Handoff { get; set; }

    /// <summary>What the agent said, line by line.</summary>
    public IReadOnlyList<string> Log => log;

    /// <summary>Gives a setting a value: a text, a number, a flag or a list of texts. There are no defaults here.</summary>
    public TestBench Set(string setting, object value)
    {
        settings[setting] = JsonSerializer.SerializeToNode(value is Uri url ? url.OriginalString : value, AgentJson.Options);
        return this;
    }

    /// <summary>Runs the agent once, the way Steward does: an exception is a failure, and the handoff is kept; one of more than 10,000 characters is a failure, too.</summary>
    public async Task<AgentResult> RunAsync(Agent agent, string? payload = null)
    {
        runs++;
        var context = new AgentContext(new RunInfo("test", $"run-{runs}", runs, 1, "test", payload), new AgentSettings(JsonSerializer.SerializeToElement(settings)), Handoff, new BenchClock(this), new AgentLog((level, line) => log.Add($"{level}: {line}")), Tools);
        AgentResult result;
        try
        {
            result = await (Trial.Instead ?? agent).RunAsync(context, CancellationToken.None) ?? AgentResult.None;
        }
        catch (Exception e) when (Trial.Instead is null && e is not OutOfMemoryException)
        {
            result = AgentResult.Failure(e.Message);
        }

        if (result.Handoff?.GetRawText().Length is > LongestHandoff and var length)
        {
            result = AgentResult.Failure($"What it wants to hand on has {length} characters; {LongestHandoff} are allowed.");
        }

        Handoff = result.Handoff ?? Handoff;
        return result;
    }

    // Waiting takes no time: the clock is set on by as much.
    private sealed class BenchClock(TestBench bench) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => bench.Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero)
            {
                bench.Now += dueTime;
            }

            return base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
