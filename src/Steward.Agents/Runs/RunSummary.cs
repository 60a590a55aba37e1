using System.Globalization;
using System.Text.Json;
using Steward.Kernel;

namespace Steward.Agents.Runs;

/// <summary>
/// What an agent's runs came to, made by rule: how many ended well, the last one, and the last that did not. Together with what the
/// agent hands on it never has more than <see cref="Longest"/> characters, so that the hundredth run costs what the first did.
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

    /// <summary>Reads what was kept.</summary>
    public static RunSummary? Read(string? kept) => kept is null ? null : Json.Read<RunSummary>(kept);

    /// <summary>The summary after one more run.</summary>
    public static RunSummary After(RunSummary? before, Run run, RunState state, string text, DateTimeOffset at)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"Run {run.Number} (version {run.Version}, {run.Trigger.ToString().ToLowerInvariant()}) {JsonNamingPolicy.CamelCase.ConvertName(state.ToString())} at {at.UtcDateTime:u}: {Cut(text, LongestText)}");
        var succeeded = state == RunState.Succeeded;
        return new((before?.Runs ?? 0) + 1, (before?.Succeeded ?? 0) + (succeeded ? 1 : 0), line, succeeded ? before?.LastFailure : line);
    }

    /// <summary>For the agent: as much of it as there is room for beside what it hands on itself.</summary>
    public string Text(string? handoff)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Last}\n{Succeeded} of {Runs} runs succeeded.{(LastFailure is null || LastFailure == Last ? "" : $"\nThe last that did not: {LastFailure}")}");
        return Cut(text, Math.Max(0, Longest - (handoff?.Length ?? 0)));
    }

    // No half of a surrogate pair: no store keeps one.
    private static string Cut(string text, int most) => text.Length <= most ? text : most == 0 ? "" : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
