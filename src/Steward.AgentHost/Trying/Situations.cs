using System.Globalization;
using System.Text.Json;
using Steward.Agents.Sdk.Testing;

namespace Steward.AgentHost.Trying;

/// <summary>What an agent has to stand, by name. Each gives what was wrong, or null.</summary>
internal sealed class Situations(Type agent, Declared declared, Samples samples)
{
    private const int Many = 300;

    private static readonly string[] Codes = ["not-declared", "refused", "too-many", "invalid", "not-found", "too-large", "unreachable", "certificate", "timeout", "private-address", "not-set-up", "failed"];

    // Clocks of Jerusalem, Berlin and New York go forward or back; a leap day; the end of a year.
    private static readonly string[] OddTimes =
    [
        "2030-03-28T22:59:59Z", "2030-03-29T00:30:00Z", "2030-03-31T00:59:59Z", "2030-03-31T01:30:00Z", "2030-03-10T07:30:00Z", "2030-10-26T22:30:00Z", "2030-10-27T00:30:00Z", "2030-10-27T01:30:00Z", "2030-11-03T06:30:00Z", "2032-02-29T12:00:00Z", "2030-12-31T23:59:59Z",
    ];

    private JsonElement? first;

    /// <summary>All of them, in order.</summary>
    public IEnumerable<(string Name, Func<Ended> Run)> All()
    {
        yield return ("clean", Clean);
        yield return ("again, with what the first run handed on", () => With(first));
        yield return ("with a full handoff of another shape", FullHandoff);
        foreach (var tool in declared.Tools)
        {
            yield return ($"{tool} fails", () => First(Codes.Select(code => ($"{tool} failed with '{code}'", new Behaviour { Tool = tool, Code = code }))));
            yield return ($"{tool} answers garbage", () => First(Answers.Garbage(tool).Select(garbage => ($"{tool} answered {garbage.Words}", new Behaviour { Tool = tool, Garbage = garbage.Answer }))));
            yield return ($"{tool} does not answer", () => Make().Run(new Behaviour { Tool = tool, Hangs = true }));
        }

        yield return ("called off at the start", () => Make().Run(new Behaviour(), isCancelled: true));
        yield return ("called off in the middle", () => First(Enumerable.Range(1, 3).Select(call => ($"it was called off at its call {call}", new Behaviour { CancelAt = call }))));
        yield return ("from today on, for a year", () => Days(ThisYear()));
        yield return ("400 days later", () => At(samples.Start.AddDays(400)));
        yield return ("at odd times", () => Days(OddTimes.Select(time => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture))));
        yield return ($"{Many} runs one after the other", Often);
    }

    /// <summary>A run of its own, with nothing before it.</summary>
    public TrialRun Make(ScriptedTools? own = null) => new(agent, declared.Settings, samples) { Own = own ?? new ScriptedTools() };

    // The same twice, with nothing before: what differs comes from chance or from the machine.
    private Ended Clean()
    {
        var (one, other) = (Make().Run(new Behaviour()), Make().Run(new Behaviour()));
        first = one.Result?.Handoff;
        var isSame = one.Result?.Text == other.Result?.Text && one.Result?.Handoff?.GetRawText() == other.Result?.Handoff?.GetRawText() && one.Tools.Asked.SequenceEqual(other.Tools.Asked) && one.Tools.Sent.SequenceEqual(other.Tools.Sent);
        return one.Fault is null && other.Fault is null && !isSame ? one with { Fault = "the same run came out otherwise the second time. Nothing may come from chance, from the machine's clock, or from what is kept in the process." } : one.Fault is null ? other : one;
    }

    private Ended With(JsonElement? handoff)
    {
        var run = Make();
        (run.Handoff, run.Number) = (handoff, 2);
        return run.Run(new Behaviour());
    }

    private Ended FullHandoff()
    {
        // As long as it may be, and neither what the agent wrote nor nothing.
        var filler = new string('x', TrialRun.LongestHandoff - 40);
        foreach (var handoff in new object[] { new { another = filler, items = new[] { 1 } }, new[] { filler }, filler, 1, false })
        {
            if (With(JsonSerializer.SerializeToElement(handoff)) is { Fault: { } fault } ended)
            {
                return ended with { Fault = $"{fault} (It found {JsonSerializer.Serialize(handoff)[..1]}... as its handoff: read it with context.Last<T>(), and take into account that parts of it may be null.)" };
            }
        }

        return With(null);
    }

    private Ended First(IEnumerable<(string Words, Behaviour Behaviour)> behaviours)
    {
        Ended? last = null;
        foreach (var (words, behaviour) in behaviours)
        {
            last = Make().Run(behaviour);
            if (last.Fault is { } fault)
            {
                return last with { Fault = $"{words}, and {fault}" };
            }
        }

        return last ?? Make().Run(new Behaviour());
    }

    // What waits for its day would otherwise wait until it is published. Hours and days of the week differ.
    private static IEnumerable<DateTimeOffset> ThisYear() => Enumerable.Range(0, 13).Select(month => TimeProvider.System.GetUtcNow().AddHours(month * 29.3 * 24));

    private Ended Days(IEnumerable<DateTimeOffset> times) => times.Select(time => At(time, string.Create(CultureInfo.InvariantCulture, $"at {time:yyyy-MM-ddTHH:mm:ssZ} "))).FirstOrDefault(ended => ended.Fault is not null) ?? Make().Run(new Behaviour());

    private Ended At(DateTimeOffset time, string words = "")
    {
        var run = Make();
        (run.Handoff, run.Now) = (first, time);
        var ended = run.Run(new Behaviour());
        return ended.Fault is { } fault ? ended with { Fault = words + fault } : ended;
    }

    // What grows from run to run does so for years.
    private Ended Often()
    {
        var (run, begun) = (Make(), TimeProvider.System.GetTimestamp());
        Ended ended;
        do
        {
            ended = run.Run(new Behaviour());
            run.Handoff = ended.Result?.Handoff ?? run.Handoff;
            run.Now += samples.Step;
        }
        while (ended.Fault is null && ++run.Number <= Many && TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(15));
        return ended.Fault is { } fault ? ended with { Fault = $"in run {run.Number} {fault}" } : ended;
    }
}
