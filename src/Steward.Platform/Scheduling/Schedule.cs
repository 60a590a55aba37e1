using Steward.Platform.Work;

namespace Steward.Platform.Scheduling;

/// <summary>What to do about occurrences that were missed while no node was up.</summary>
public enum MissedRuns
{
    /// <summary>Run once as soon as possible, however many were missed.</summary>
    RunOnce,

    /// <summary>Let them go and wait for the next.</summary>
    Skip,
}

/// <summary>Something that happens at its times: each occurrence becomes one item of the work ledger. One of cron, interval and time.</summary>
/// <param name="Id">Unique among schedules: up to 150 letters, digits, dots and dashes.</param>
/// <param name="Kind">The kind of work item that an occurrence becomes.</param>
/// <param name="Payload">The payload of that item, as JSON.</param>
public sealed record Schedule(string Id, string Kind, string Payload)
{
    /// <summary>
    /// A cron expression of five fields (minute hour day month weekday, 0 and 7 are Sunday), of six with seconds first, or one of
    /// <c>@hourly @daily @midnight @weekly @monthly @yearly @annually</c>.
    /// </summary>
    public string? Cron { get; init; }

    /// <summary>A fixed interval of 1 s to 366 days, counted from when the schedule was made, which is the first time.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Once, at this time. One that has passed when the schedule is made never comes.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The time zone of the cron expression, as IANA names it (<c>Europe/Berlin</c>); UTC when null.</summary>
    public string? TimeZone { get; init; }

    /// <summary>How many times the item of an occurrence is tried before it becomes a dead letter, 1 to 100.</summary>
    public int MaxAttempts { get; init; } = NewWork.DefaultAttempts;

    /// <summary>What to do about occurrences that were missed.</summary>
    public MissedRuns Missed { get; init; } = MissedRuns.RunOnce;
}

/// <summary>Occurrences in a row that did not become work.</summary>
/// <param name="ScheduleId">Of which schedule.</param>
/// <param name="FirstAt">The first of them.</param>
/// <param name="LastAt">The last of them.</param>
/// <param name="Occurrences">How many there are; 10 000 stands for as many or more.</param>
/// <param name="Reason">Why.</param>
/// <param name="RecordedAt">When that was found.</param>
public sealed record SkippedOccurrences(string ScheduleId, DateTimeOffset FirstAt, DateTimeOffset LastAt, int Occurrences, string Reason, DateTimeOffset RecordedAt);
