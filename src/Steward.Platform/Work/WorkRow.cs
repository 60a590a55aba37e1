using System.Diagnostics;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Platform.Work;

/// <summary>An item on its way into the ledger.</summary>
internal sealed record WorkRow(Guid Id, string Kind, string Occurrence, bool IsDone, (string Name, object? Value)[] Values)
{
    private const string Insert =
        """
        INSERT INTO work (id, kind, occurrence, payload, state, due_at, next_at, created_at, started_at, finished_at, result, max_attempts, correlation_id, trace_parent)
        VALUES (@id, @kind, @occurrence, @payload, @state, @due, @next, @now, @done, @done, @result, @attempts, @correlation, @trace)
        ON CONFLICT (kind, occurrence) DO NOTHING
        """;

    /// <summary>The row of an item that is brought now.</summary>
    public static WorkRow Of(NewWork work, TimeProvider clock)
    {
        var now = clock.Now();
        var id = Ids.New(clock);
        var due = UtcTime.Truncate(work.DueAt ?? now);
        var isDone = work.Result is not null;
        return new(id, work.Kind, work.Occurrence, isDone,
        [
            ("id", id), ("kind", work.Kind), ("occurrence", work.Occurrence), ("payload", work.Payload), ("state", isDone ? WorkState.Succeeded : WorkState.Pending),
            ("due", due), ("next", isDone ? null : due), ("now", now), ("done", isDone ? now : null), ("result", work.Result), ("attempts", work.MaxAttempts),
            ("correlation", work.CorrelationId ?? id.ToString()), ("trace", Activity.Current?.Id),
        ]);
    }

    /// <summary>Inserts rows and tells of each whether it was new; the others' occurrences were accepted before.</summary>
    public static async Task<IReadOnlyList<bool>> InsertAsync(Session session, IReadOnlyList<WorkRow> rows)
    {
        var inserted = await session.ExecuteEachAsync(Insert, [.. rows.Select(row => row.Values)]);
        if (rows.Where((row, place) => inserted[place] > 0 && !row.IsDone).Any())
        {
            session.Announce(WorkLedger.Topic);
        }

        return [.. inserted.Select(count => count > 0)];
    }

    /// <summary>The order in which rows are inserted wherever many are.</summary>
    public static int Compare(WorkRow one, WorkRow other) =>
        string.CompareOrdinal(one.Occurrence, other.Occurrence) is var byOccurrence and not 0 ? byOccurrence : string.CompareOrdinal(one.Kind, other.Kind);
}
