namespace Steward.Platform.Scheduling;

/// <summary>
/// When the occurrences of a schedule are. Pure. Where clocks are set forward, a time of day that is left out comes once, at the
/// first instant after it; where they are set back, one that comes twice counts the first time. A cron expression that names no
/// hours goes by elapsed time: nothing is left out of it, and it does not pause for the hour that comes twice.
/// </summary>
/// <param name="schedule">A sound schedule.</param>
/// <param name="made">Where its intervals are counted from: the first occurrence of one.</param>
internal sealed class Occurrences(Schedule schedule, DateTimeOffset made)
{
    // No place changes its clocks twice in so short a time.
    private static readonly TimeSpan Stable = TimeSpan.FromHours(6);

    // Longer and longer looks back for the last occurrence before now; each holds few of those that the shorter ones did not.
    private static readonly TimeSpan[] Looks =
        [TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(32), TimeSpan.FromDays(367), TimeSpan.FromDays(367 * 9)];

    private readonly Cron? cron = schedule.Cron is { } text ? Cron.Read(text, out _) : null;
    private readonly TimeZoneInfo zone = schedule.TimeZone is { } name ? TimeZoneInfo.FindSystemTimeZoneById(name) : TimeZoneInfo.Utc;

    /// <summary>The first occurrence after an instant; null when there is none any more.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) =>
        schedule.Every is { } every ? (after < made ? made : made + (every * (Math.Floor((after - made) / every) + 1)))
        : schedule.At is { } at ? (at > after ? at : null)
        : cron is null ? null
        : cron.IsEveryHour ? NextElapsed(cron, after)
        : NextOfDay(cron, after);

    /// <summary>The last occurrence that is not after an instant.</summary>
    /// <param name="from">An occurrence that is not after it.</param>
    /// <param name="until">The instant.</param>
    public DateTimeOffset Last(DateTimeOffset from, DateTimeOffset until)
    {
        if (schedule.Every is { } every)
        {
            return made + (every * Math.Floor((until - made) / every));
        }

        var last = from;
        foreach (var look in Looks)
        {
            var begin = until - look < from ? from : until - look;
            for (var next = Next(begin); next <= until; next = Next(last))
            {
                last = next.Value;
            }

            if (last > from || begin == from)
            {
                break;
            }
        }

        return last;
    }

    /// <summary>How many occurrences there are from one to another one, both counted; no more than <paramref name="most"/>.</summary>
    public int Count(DateTimeOffset from, DateTimeOffset to, int most)
    {
        if (schedule.Every is { } every)
        {
            return (int)Math.Min(most, Math.Round((to - from) / every) + 1);
        }

        var (count, at) = (1, from);
        while (count < most && at < to && Next(at) is { } next)
        {
            (count, at) = (count + 1, next);
        }

        return count;
    }

    private DateTimeOffset? NextOfDay(Cron times, DateTimeOffset after)
    {
        // Instants follow the times of day in their order, some of them the same: the first that is later is the one.
        DateTime? time = after.UtcDateTime + zone.GetUtcOffset(after);
        do
        {
            time = times.Next(time.Value);
            if (time is { } found && Instant(found) is var instant && instant > after)
            {
                return instant;
            }
        }
        while (time is not null);

        return null;
    }

    private DateTimeOffset? NextElapsed(Cron times, DateTimeOffset after)
    {
        // From one change of the clocks to the next.
        var (begin, offset) = (after, zone.GetUtcOffset(after));
        while (times.Next(begin.UtcDateTime + offset) is { } time)
        {
            var instant = new DateTimeOffset(time - offset, TimeSpan.Zero);
            if (Change(begin, instant, offset) is not { } change)
            {
                return instant;
            }

            // The instant of the change itself counts.
            (begin, offset) = (change.AddTicks(-1), zone.GetUtcOffset(change));
        }

        return null;
    }

    /// <summary>The instant at which the clocks are first changed between two others, the last one counted.</summary>
    private DateTimeOffset? Change(DateTimeOffset from, DateTimeOffset to, TimeSpan offset)
    {
        for (var before = from; before < to;)
        {
            var at = to - before < Stable ? to : before + Stable;
            if (zone.GetUtcOffset(at) == offset)
            {
                before = at;
                continue;
            }

            var (low, high) = (before, at);
            while (high - low > TimeSpan.FromTicks(1))
            {
                var middle = low + ((high - low) / 2);
                (low, high) = zone.GetUtcOffset(middle) == offset ? (middle, high) : (low, middle);
            }

            return high;
        }

        return null;
    }

    private DateTimeOffset Instant(DateTime time)
    {
        var wall = DateTime.SpecifyKind(time, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(wall))
        {
            wall = new DateTime(wall.Ticks - (wall.Ticks % TimeSpan.TicksPerMinute)).AddMinutes(1);
        }

        // The first time round is the one with the greater offset.
        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(DateTime.SpecifyKind(wall - offset, DateTimeKind.Utc));
    }
}
