using System.Text.RegularExpressions;
using Steward.Kernel;

namespace Steward.Platform.Scheduling;

/// <summary>Checks a schedule before it is taken. Pure.</summary>
public static partial class ScheduleRules
{
    /// <summary>The shortest interval: events, not polling, are for anything faster.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>The longest interval.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromDays(366);

    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>Null when the schedule is sound, else why it is not.</summary>
    public static Refusal? Check(Schedule schedule)
    {
        if (!Id().IsMatch(schedule.Id))
        {
            return Refusal.Invalid("id", $"'{schedule.Id}' is not an id of a schedule: 1 to 150 letters, digits, dots and dashes.");
        }

        if (new object?[] { schedule.Cron, schedule.Every, schedule.At }.Count(one => one is not null) != 1)
        {
            return Refusal.Invalid("cron", $"The schedule '{schedule.Id}' needs a cron expression, an interval or a time: one of them.");
        }

        if (schedule.Every < ShortestInterval || schedule.Every > LongestInterval)
        {
            return Refusal.Invalid("every", $"The interval of '{schedule.Id}' is {schedule.Every}; it must be from one second to 366 days.");
        }

        if (schedule.Cron is { } cron && Cron.Read(cron, out var fault) is null)
        {
            return Refusal.Invalid("cron", $"'{Shown(cron)}' is not a cron expression: {fault}. Write five fields (minute hour day month weekday) such as '0 */6 * * *', six with seconds first, or @hourly, @daily, @weekly, @monthly, @yearly.");
        }

        if (schedule.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            return Refusal.Invalid("timeZone", $"'{Shown(zone)}' is not a time zone that this machine knows, such as 'Europe/Berlin'.");
        }

        return schedule.TimeZone is null || schedule.Cron is not null ? null
            : Refusal.Invalid("timeZone", "A time zone goes with a cron expression only: an interval needs none, and a time says its own.");
    }

    /// <summary>How often a sound schedule comes in the 30 days after an instant; <paramref name="most"/> stands for that many or more.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="from">From when.</param>
    /// <param name="most">Where counting ends.</param>
    public static int InAMonth(Schedule schedule, DateTimeOffset from, int most)
    {
        var occurrences = new Occurrences(schedule, from);
        var end = from + Month;
        return occurrences.Next(from) is { } first && first < end ? occurrences.Count(first, occurrences.Last(first, end.AddTicks(-1)), most) : 0;
    }

    private static string Shown(string text) => text.Length <= 100 ? text : $"{text[..100]}...";

    [GeneratedRegex(@"^[A-Za-z0-9.-]{1,150}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
