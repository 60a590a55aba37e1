using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Platform.Scheduling;

/// <summary>A schedule as it stands.</summary>
/// <param name="Schedule">What it says.</param>
/// <param name="MadeAt">Where its intervals are counted from.</param>
/// <param name="NextAt">When it is due next; null when never again.</param>
/// <param name="LastAt">Its last occurrence that became work; null when none did.</param>
/// <param name="RestsSince">Since when it makes no work until it is ensured again; null when it does.</param>
public sealed record StandingSchedule(Schedule Schedule, DateTimeOffset MadeAt, DateTimeOffset? NextAt, DateTimeOffset? LastAt, DateTimeOffset? RestsSince);

/// <summary>The SQL of schedules and of the occurrences that they left out.</summary>
internal static class ScheduleStore
{
    public static Task<StandingSchedule?> FindAsync(Session session, string id) =>
        session.FirstAsync("SELECT definition, made_at, next_at, last_at, rests_since FROM schedule WHERE id = @id", Read, ("id", id));

    public static Task PutAsync(Session session, Schedule schedule, DateTimeOffset made, DateTimeOffset? next) => session.ExecuteAsync(
        """
        INSERT INTO schedule (id, definition, made_at, next_at) VALUES (@id, @definition, @made, @next)
        ON CONFLICT (id) DO UPDATE SET definition = @definition, made_at = @made, next_at = @next, rests_since = NULL
        """, ("id", schedule.Id), ("definition", Json.Write(schedule)), ("made", made), ("next", next));

    public static Task RestAsync(Session session, string id, DateTimeOffset now) =>
        session.ExecuteAsync("UPDATE schedule SET rests_since = @now WHERE id = @id AND rests_since IS NULL", ("now", now), ("id", id));

    public static Task GoOnAsync(Session session, string id, DateTimeOffset? next) =>
        session.ExecuteAsync("UPDATE schedule SET rests_since = NULL, next_at = @next WHERE id = @id", ("next", next), ("id", id));

    public static async Task<bool> RemoveAsync(Session session, string id) => await session.ExecuteAsync("DELETE FROM schedule WHERE id = @id", ("id", id)) == 1;

    /// <summary>Schedules that are due, the longest due first, and the occurrence before of each when it has not begun yet. Nobody else gets them in this transaction.</summary>
    public static Task<IReadOnlyList<(StandingSchedule Standing, DateTimeOffset? Waiting)>> DueAsync(Session session, DateTimeOffset now, int most) => session.QueryAsync(
        $"""
        SELECT definition, made_at, next_at, last_at, rests_since,
          (SELECT due_at FROM work WHERE work.id = schedule.last_item AND work.state = 'pending' AND work.attempt = 0) AS waiting
        FROM schedule WHERE next_at <= @now AND rests_since IS NULL ORDER BY next_at LIMIT @most {session.Dialect.SkipLocked}
        """, row => (Read(row), row.TimeOrNull("waiting")), ("now", now), ("most", most));

    public static Task<DateTimeOffset?> NextAsync(Session session) =>
        session.FirstAsync("SELECT next_at FROM schedule WHERE next_at IS NOT NULL AND rests_since IS NULL ORDER BY next_at LIMIT 1", row => row.TimeOrNull("next_at"));

    public static Task AdvanceAsync(Session session, IReadOnlyList<(string Id, DateTimeOffset? Next, DateTimeOffset? Ran, Guid? Item)> advanced) => session.ExecuteManyAsync(
        "UPDATE schedule SET next_at = @next, last_at = COALESCE(@ran, last_at), last_item = COALESCE(@item, last_item) WHERE id = @id",
        [.. advanced.Select(one => new (string, object?)[] { ("next", one.Next), ("ran", one.Ran), ("item", one.Item), ("id", one.Id) })]);

    public static Task SkipAsync(Session session, IReadOnlyList<(Guid Id, SkippedOccurrences Skip)> skipped) => session.ExecuteManyAsync(
        """
        INSERT INTO schedule_skip (id, schedule_id, first_at, last_at, occurrences, reason, recorded_at)
        VALUES (@id, @schedule, @first, @last, @occurrences, @reason, @at)
        """,
        [.. skipped.Select(one => new (string, object?)[]
        {
            ("id", one.Id), ("schedule", one.Skip.ScheduleId), ("first", one.Skip.FirstAt), ("last", one.Skip.LastAt), ("occurrences", one.Skip.Occurrences), ("reason", one.Skip.Reason), ("at", one.Skip.RecordedAt),
        })]);

    public static async Task<Page<SkippedOccurrences>> SkipsAsync(Session session, string scheduleId, PageRequest page)
    {
        var after = Guid.TryParse(page.After, out var id) ? id : (Guid?)null;
        var skips = await session.QueryAsync(
            $"SELECT * FROM schedule_skip WHERE schedule_id = @schedule {(after is null ? "" : "AND id < @after")} ORDER BY id DESC LIMIT @limit",
            row => (Id: row.Uuid("id"), Skip: new SkippedOccurrences(row.Text("schedule_id"), row.Time("first_at"), row.Time("last_at"), row.Int("occurrences"), row.Text("reason"), row.Time("recorded_at"))),
            after is null ? [("schedule", scheduleId), ("limit", page.Limit + 1)] : [("schedule", scheduleId), ("after", after), ("limit", page.Limit + 1)]);
        var cut = page.Page(skips, skip => skip.Id.ToString());
        return new Page<SkippedOccurrences>([.. cut.Items.Select(skip => skip.Skip)], cut.Next);
    }

    public static Task<int> ForgetSkipsAsync(Session session, DateTimeOffset before) => session.ExecuteAsync("DELETE FROM schedule_skip WHERE recorded_at < @before", ("before", before));

    private static StandingSchedule Read(Row row) => new(Json.Read<Schedule>(row.Text("definition")), row.Time("made_at"), row.TimeOrNull("next_at"), row.TimeOrNull("last_at"), row.TimeOrNull("rests_since"));
}
