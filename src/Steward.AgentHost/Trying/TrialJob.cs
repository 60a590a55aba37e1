using Steward.AgentHost.Running;
using Steward.Agents.Sdk;
using Steward.Agents.Sdk.Testing;
using Steward.Kernel;

namespace Steward.AgentHost.Trying;

/// <summary>
/// What an agent does when the world is not as it should be, and what it would send when it is. The job has how many bytes its
/// <c>assembly</c> has, which follow, the values of its <c>settings</c>, and <c>samples</c> of what the tools answer.
/// </summary>
internal static class TrialJob
{
    private const int LongestText = 2000;
    private const int MostSent = 50;

    /// <summary>Waits for the job and answers a line for each situation and each rehearsed run, then an empty one.</summary>
    public static void Run(Wire wire)
    {
        if (wire.Read() is not { } job)
        {
            return;
        }

        var bytes = wire.ReadBytes(job.RootElement.GetProperty("assembly").GetInt32());
        var assembly = LoadedAgent.Load(bytes);
        var agent = Array.Find(assembly.GetTypes(), type => !type.IsAbstract && type.IsSubclassOf(typeof(Agent)))!;
        var declared = Declared.Of(agent, job.RootElement.TryGetProperty("settings", out var settings) ? settings : default);
        Samples samples;
        try
        {
            samples = new Samples(job.RootElement.TryGetProperty("samples", out var given) ? given : default);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            wire.Write(new TrialLine("the samples", false, $"The samples cannot be read: {e.Message}", 0));
            wire.Write(new TrialLine("", true, null, 0));
            return;
        }

        var situations = new Situations(agent, declared, samples);
        if (Play(wire, situations) && Rehearse(wire, situations, samples) && Prove(wire, new Impostors(assembly, bytes)))
        {
            wire.Write(new TrialLine("", true, null, 0));
            return;
        }

        // What is stuck stays so: the process ends with it.
        wire.Write(new TrialLine("", true, null, 0));
        Environment.Exit(0);
    }

    private static bool Play(Wire wire, Situations situations)
    {
        foreach (var (name, run) in situations.All())
        {
            var begun = TimeProvider.System.GetTimestamp();
            var ended = run();
            wire.Write(new TrialLine(name, ended.Fault is null, ended.Fault is null ? null : $"In the situation '{name}': {ended.Fault}", TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds));
            if (ended.IsStuck)
            {
                return false;
            }
        }

        return true;
    }

    private static bool Rehearse(Wire wire, Situations situations, Samples samples)
    {
        var (begun, run, faults, anySuccess, missing) = (TimeProvider.System.GetTimestamp(), situations.Make(new ScriptedTools()), new List<string>(), false, new SortedSet<string>(StringComparer.Ordinal));
        for (run.Number = 1; run.Number <= samples.Runs; run.Number++)
        {
            var ended = run.Run(new Behaviour());
            wire.Write(new TrialLine("rehearsal", true, null, 0)
            {
                Run = new RehearsedRun((int)run.Number, ended.Result?.IsSuccess == true, Cut(ended.Result?.Text ?? ended.Thrown ?? "it did not end"), [.. ended.Tools.Sent.Take(MostSent)]),
            });
            if (ended.Fault is { } fault)
            {
                faults.Add($"in run {run.Number} {fault}");
            }

            if (ended.IsStuck)
            {
                break;
            }

            missing.UnionWith(ended.Tools.Missing);
            anySuccess |= ended.Result?.IsSuccess == true;
            run.Handoff = ended.Result?.Handoff ?? run.Handoff;
            run.Now += samples.Step;
        }

        if (samples.IsGiven && missing.Count > 0)
        {
            faults.Add($"there is no sample for {string.Join(", ", missing.Take(5))}: add an answer for it, or an address that ends in *.");
        }
        else if (samples.IsGiven && !anySuccess && faults.Count == 0)
        {
            faults.Add("no run succeeded with the samples. Either the samples are not what the tools answer, or the agent does not read them well.");
        }

        wire.Write(new TrialLine("the rehearsal", faults.Count == 0, faults.Count == 0 ? null : $"In the rehearsal: {string.Join(' ', faults)}", TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds));
        return true;
    }

    private static bool Prove(Wire wire, Impostors impostors)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var blind = impostors.Blind().ToList();
        var fault = impostors.Stuck is { } stuck ? $"The test '{stuck}' does not end where the agent does something else than it should, and so cannot fail. Give its loops a bound, and hold the result, the messages or the calls against what they have to be."
            : blind.Count > 0 ? $"The test '{string.Join("', '", blind)}' passes whatever the agent does: also where nothing is done and the run fails, and where everything is done at once. Run the agent on the bench that the test is given, and hold the result, the messages or the calls against what they have to be."
            : null;
        wire.Write(new TrialLine("its tests, with other agents in its place", fault is null, fault, TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds));
        return impostors.Stuck is null;
    }

    private static string Cut(string text) => text.Cut(LongestText, " ...");
}

/// <summary>How a situation went, or a rehearsed run; without a name it is the end of the list.</summary>
internal sealed record TrialLine(string Situation, bool Passed, string? Fault, double Milliseconds)
{
    /// <summary>The run that was rehearsed.</summary>
    public RehearsedRun? Run { get; init; }
}

/// <summary>A run that was rehearsed: what it said, and what it would have sent.</summary>
internal sealed record RehearsedRun(int Number, bool IsSuccess, string Text, IReadOnlyList<string> Sent);
