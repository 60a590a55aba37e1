using System.Globalization;

namespace Steward.Platform.Scheduling;

/// <summary>What is to become of the occurrences of a schedule that are due. Each of them runs or is in the skip. Pure.</summary>
/// <param name="Run">The one that becomes work; null when none does.</param>
/// <param name="Skip">Those that do not; null when there are none.</param>
/// <param name="Next">When the schedule is due again; null when never.</param>
internal sealed record DueOccurrences(DateTimeOffset? Run, SkippedOccurrences? Skip, DateTimeOffset? Next)
{
    /// <summary>How late an occurrence may be and still be on time: a busy node, a restart.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private const int MostCounted = 10_000;

    // A store may have come from a machine that knew more.
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    /// <summary>Decides.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="made">Where its intervals are counted from.</param>
    /// <param name="due">Its first occurrence that is due.</param>
    /// <param name="now">What time it is; not before <paramref name="due"/>.</param>
    /// <param name="waiting">The occurrence before, when it has not begun yet.</param>
    public static DueOccurrences Of(Schedule schedule, DateTimeOffset made, DateTimeOffset due, DateTimeOffset now, DateTimeOffset? waiting)
    {
        if (!IsZoneKnown(schedule))
        {
            return new(null, new(schedule.Id, due, due, 1, $"This machine does not know the time zone '{schedule.TimeZone}': install its data (tzdata). It looks again in an hour.", now), now + Again);
        }

        var occurrences = new Occurrences(schedule, made);
        var last = occurrences.Last(due, now);
        var next = occurrences.Next(last);
        if (waiting is { } before)
        {
            return new(null, Skipped(due, last, $"The one of {Text(before)} had not begun yet and stands for it."), next);
        }

        if (schedule.Missed == MissedRuns.Skip && now - last > Grace)
        {
            return new(null, Skipped(due, last, "It was missed while no server was up, and the schedule says to skip what was missed."), next);
        }

        return new(last, last == due ? null : Skipped(due, Before(last), schedule.Missed == MissedRuns.Skip
            ? "It was missed, and the schedule says to skip what was missed."
            : $"It was missed; the one of {Text(last)} runs once for all that were."), next);

        DateTimeOffset Before(DateTimeOffset one) => occurrences.Last(due, one.AddTicks(-1));

        SkippedOccurrences Skipped(DateTimeOffset from, DateTimeOffset to, string reason) =>
            new(schedule.Id, from, to, occurrences.Count(from, to, MostCounted), reason, now);
    }

    /// <summary>What is due of a schedule and is let go, as of one that was changed or ended before anybody saw to it.</summary>
    public static SkippedOccurrences LetGo(Schedule schedule, DateTimeOffset made, DateTimeOffset due, DateTimeOffset now, string reason)
    {
        if (!IsZoneKnown(schedule))
        {
            return new(schedule.Id, due, due, 1, reason, now);
        }

        var occurrences = new Occurrences(schedule, made);
        var last = occurrences.Last(due, now);
        return new(schedule.Id, due, last, occurrences.Count(due, last, MostCounted), reason, now);
    }

    private static bool IsZoneKnown(Schedule schedule) => schedule.TimeZone is not { } zone || TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _);

    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
}
