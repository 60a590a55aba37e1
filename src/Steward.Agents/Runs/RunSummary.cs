using System.Globalization;
using System.Text.Json;
using Steward.Kernel;

namespace Steward.Agents.Runs;

/// <summary>
/// What an agent's runs came to, made by rule: how many ended well, the last one, and the last that did not. What is cut off of a run's
/// text a model may have said in short (<see cref="ShortenSummary"/>). Together with what the agent hands on it never has more than <see cref="Longest"/> characters, so that the hundredth run costs what the first did.
/// </summary>
/// <param name="Runs">How many ended.</param>
/// <param name="Succeeded">How many of them did what the agent is for.</param>
/// <param name="Last">What the last one came to.</param>
/// <param name="LastFailure">What the last one came to that did not succeed; null when all did.</param>
internal sealed record RunSummary(long Runs, long Succeeded, string Last, string? LastFailure)
{
    /// <summary>How many characters a run hands on at the most: its own words and this summary.</summary>
    public const int Longest = 10_000;

    private const int LongestText = 500;

    // Less than that cut off is not worth a question.
    private const int WorthAsking = 500;

    private const int LongestInShort = 1000;

    /// <summary>Reads what was kept.</summary>
    public static RunSummary? Read(string? kept) => kept is null ? null : Json.Read<RunSummary>(kept);

    /// <summary>The summary after one more run.</summary>
    public static RunSummary After(RunSummary? before, Run run, RunState state, string text, DateTimeOffset at)
    {
        var line = Line(run with { State = state, FinishedAt = at }, text.Cut(LongestText));
        var succeeded = state == RunState.Succeeded;
        return new((before?.Runs ?? 0) + 1, (before?.Succeeded ?? 0) + (succeeded ? 1 : 0), line, succeeded ? before?.LastFailure : line);
    }

    /// <summary>Whether so much of a run's text is cut off that a model may be asked for it in short.</summary>
    public static bool CutsOff(string text) => text.Length >= LongestText + WorthAsking;

    /// <summary>The same with a model's words in place of the beginning of a run's text; null when that run is not in it any more.</summary>
    public RunSummary? InShort(Run run, string words)
    {
        var (was, now) = (Line(run, (run.Text ?? "").Cut(LongestText)), Line(run, $"{words.Cut(LongestInShort)} (in short, by a model)"));
        return Last != was && LastFailure != was ? null : this with { Last = Last == was ? now : Last, LastFailure = LastFailure == was ? now : LastFailure };
    }

    /// <summary>For the agent: as much of it as there is room for beside what it hands on itself.</summary>
    public string Text(string? handoff)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Last}\n{Succeeded} of {Runs} runs succeeded.{(LastFailure is null || LastFailure == Last ? "" : $"\nThe last that did not: {LastFailure}")}");
        return text.Cut(Math.Max(0, Longest - (handoff?.Length ?? 0)));
    }

    private static string Line(Run run, string text) => string.Create(CultureInfo.InvariantCulture,
        $"Run {run.Number} (version {run.Version}, {run.Trigger.ToString().ToLowerInvariant()}) {JsonNamingPolicy.CamelCase.ConvertName(run.State.ToString())} at {run.FinishedAt?.UtcDateTime:u}: {text}");
}
