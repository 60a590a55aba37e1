using System.Globalization;
using Steward.AgentHost.Compiling;
using Steward.Kernel;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>An agent that nobody has read does not run more often than every minute, and runs at all. Whether the schedule is one at all, the server says.</summary>
internal static class ScheduleRule
{
    private const int WithSeconds = 6;

    // The same source passes today and tomorrow: how late it is, the server knows.
    private const int Earliest = 2026;
    private const string Instead = "An agent runs every minute at the most. Use five fields (*/5 * * * *), or \"every\": \"00:05:00\".";

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        if (at.Declared.Cron?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: WithSeconds } fields && !int.TryParse(fields[0], CultureInfo.InvariantCulture, out _))
        {
            yield return at.DeclarationError("AGENT140", $"The cron expression '{at.Declared.Cron}' comes several times a minute. {Instead}");
        }

        if (at.Declared.Every is { } every && Duration.TryRead(every, out var span) && span < TimeSpan.FromMinutes(1))
        {
            yield return at.DeclarationError("AGENT140", $"'{every}' comes several times a minute. {Instead}");
        }

        if (at.Declared.At is { } once && DateTimeOffset.TryParse(once, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.UtcDateTime.Year < Earliest)
        {
            yield return at.DeclarationError("AGENT140", $"'{once}' is past and never comes. Give a time that is to come, or leave the schedule out.");
        }
    }
}
