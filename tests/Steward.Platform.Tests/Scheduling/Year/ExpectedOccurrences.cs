using System.Globalization;
using Steward.Platform.Scheduling;

namespace Steward.Platform.Tests.Scheduling.Year;

/// <summary>
/// When a schedule has to come, found in the slow way: every minute of every day is held against the expression, and offsets are
/// asked of instants alone. It knows numbers, lists and stars, five fields.
/// </summary>
internal static class ExpectedOccurrences
{
    public static IReadOnlyList<DateTimeOffset> Of(Schedule schedule, DateTimeOffset from, DateTimeOffset to)
    {
        var found = new SortedSet<DateTimeOffset>();
        if (schedule.Every is { } every)
        {
            for (var at = from; at <= to; at += every)
            {
                found.Add(at);
            }
        }
        else if (schedule.At is { } once)
        {
            found.Add(once);
        }
        else
        {
            AddCron(found, schedule.Cron!.Split(' '), TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone!), from, to);
        }

        // A cron expression whose time it is at the moment of making is not late.
        found.RemoveWhere(at => at < from || at > to || (at == from && schedule.Cron is not null));
        return [.. found];
    }

    private static void AddCron(SortedSet<DateTimeOffset> found, string[] fields, TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset to)
    {
        var (minutes, hours) = (Values(fields[0], 59), Values(fields[1], 23));
        var isEveryHour = fields[1] == "*";
        for (var day = from.UtcDateTime.Date.AddDays(-2); day <= to.UtcDateTime.Date.AddDays(2); day = day.AddDays(1))
        {
            if (!Matches(fields[2], day.Day) || !Matches(fields[3], day.Month) || !Matches(fields[4], (int)day.DayOfWeek))
            {
                continue;
            }

            foreach (var time in hours.SelectMany(hour => minutes.Select(minute => day.AddHours(hour).AddMinutes(minute))))
            {
                var instants = Instants(zone, time);
                if (instants.Count == 0 && !isEveryHour)
                {
                    var later = time;
                    while (Instants(zone, later).Count == 0)
                    {
                        later = later.AddMinutes(1);
                    }

                    found.Add(Instants(zone, later)[0]);
                }
                else
                {
                    found.UnionWith(isEveryHour ? instants : instants.Take(1));
                }
            }
        }
    }

    // Every offset of the days around is tried: the right ones lead back to the time.
    private static List<DateTimeOffset> Instants(TimeZoneInfo zone, DateTime time)
    {
        var utc = new DateTimeOffset(time, TimeSpan.Zero);
        return [.. new[] { -26, -14, -3, 3, 14, 26 }.Select(hours => zone.GetUtcOffset(utc.AddHours(hours))).Distinct()
            .Select(offset => utc - offset).Where(instant => instant.UtcDateTime + zone.GetUtcOffset(instant) == time).Order()];
    }

    private static List<int> Values(string field, int most) => field == "*" ? [.. Enumerable.Range(0, most + 1)] : [.. field.Split(',').Select(value => int.Parse(value, CultureInfo.InvariantCulture))];

    private static bool Matches(string field, int value) => field == "*" || Values(field, 0).Contains(value);
}
