using System.Text.RegularExpressions;
using Quartz;
using Steward.Kernel;

namespace Steward.Platform.Scheduling;

/// <summary>Checks a schedule before it is taken. Pure.</summary>
public static partial class ScheduleRules
{
    /// <summary>The shortest interval: events, not polling, are for anything faster.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>The longest interval; the calendar cannot count some that are far longer.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromDays(366);

    /// <summary>Null when the schedule is sound, else why it is not.</summary>
    public static Refusal? Check(Schedule schedule)
    {
        if (!Id().IsMatch(schedule.Id))
        {
            return Refusal.Invalid("id", $"'{schedule.Id}' is not an id of a schedule: 1 to 150 letters, digits, dots and dashes.");
        }

        if (schedule.Cron is null == schedule.Every is null)
        {
            return Refusal.Invalid("cron", $"The schedule '{schedule.Id}' needs either a cron expression or an interval.");
        }

        if (schedule.Every < ShortestInterval || schedule.Every > LongestInterval)
        {
            return Refusal.Invalid("every", $"The interval of '{schedule.Id}' is {schedule.Every}; it must be from one second to 366 days.");
        }

        if (schedule.Cron is { } cron && !IsCron(cron))
        {
            return Refusal.Invalid("cron", $"'{cron}' is not a cron expression of five fields (minute hour day month weekday), such as '0 */6 * * *'.");
        }

        if (schedule.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            return Refusal.Invalid("timeZone", $"'{zone}' is not a time zone that this machine knows, such as 'Europe/Berlin'.");
        }

        return null;
    }

    // The parser takes a lone minute or hour of 61 to 99 for "every" (seen in Quartz 4.7.3): refuse it ourselves.
    private static bool IsCron(string cron) =>
        cron.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var minute, var hour, _, _, _] &&
        (!int.TryParse(minute, out var number) || number is >= 0 and <= 59) &&
        (!int.TryParse(hour, out number) || number is >= 0 and <= 23) &&
        CronExpression.TryParse(cron, CronFormat.Unix, out _);

    // The store of the calendar keeps 200 characters.
    [GeneratedRegex(@"^[A-Za-z0-9.-]{1,150}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
