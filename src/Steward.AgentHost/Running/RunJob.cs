using System.Text.Json;
using Steward.Agents.Sdk;

namespace Steward.AgentHost.Running;

/// <summary>One run of an agent.</summary>
/// <param name="Assembly">Its assembly.</param>
/// <param name="Run">Which run it is.</param>
/// <param name="Settings">The values of its settings.</param>
/// <param name="Handoff">What the last run handed on.</param>
/// <param name="Seconds">After how many seconds its token is cancelled.</param>
internal sealed record RunJob(byte[] Assembly, RunInfo Run, IReadOnlyDictionary<string, JsonElement> Settings, JsonElement? Handoff, double Seconds)
{
    private const int Finished = 0;
    private const int NoJob = 66;

    /// <summary>Waits for the job, runs it, and hands in the result as a last call.</summary>
    public static async Task<int> RunAsync(Wire wire)
    {
        await Rehearsal.RunAsync();
        return await RunAsync(wire, assembly => LoadedAgent.Make(LoadedAgent.Load(assembly)));
    }

    /// <summary>The same with an agent that is made otherwise.</summary>
    internal static async Task<int> RunAsync(Wire wire, Func<byte[], Agent> make)
    {
        if (await wire.ReadAsync<RunJob>() is not { } job)
        {
            return NoJob;
        }

        var tools = new WireTools(wire);
        var (result, outOfMemory) = await job.RunAsync(tools, make);
        await tools.CallAsync("run_finish", new() { ["isSuccess"] = result.IsSuccess, ["text"] = result.Text, ["outOfMemory"] = outOfMemory, ["handoff"] = result.Handoff is { } handoff ? JsonSerializer.SerializeToNode(handoff) : null }, CancellationToken.None);
        return Finished;
    }

    private async Task<(AgentResult Result, bool OutOfMemory)> RunAsync(WireTools tools, Func<byte[], Agent> make)
    {
        using var ending = new CancellationTokenSource(TimeSpan.FromSeconds(Seconds));
        try
        {
            var agent = make(Assembly);
            var log = new AgentLog((level, line) => Console.Error.WriteLine($"{level}: {line.ReplaceLineEndings(" ")}"));
            return (await agent.RunAsync(new AgentContext(Run, new AgentSettings(Settings), Handoff, TimeProvider.System, log, tools), ending.Token), false);
        }
        catch (Exception e)
        {
            var reason = LoadedAgent.Unwrap(e);
            await Console.Error.WriteLineAsync($"error: {reason}".ReplaceLineEndings("\n  "));
            return reason is OutOfMemoryException
                ? (AgentResult.Failure("It wanted more memory than it may have."), true)
                : (AgentResult.Failure($"{reason.GetType().Name}: {reason.Message}"), false);
        }
    }
}
