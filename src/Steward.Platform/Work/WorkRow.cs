using System.Diagnostics;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Platform.Work;

/// <summary>An item on its way into the ledger.</summary>
internal sealed record WorkRow(Guid Id, string Kind, string Occurrence, (string Name, object? Value)[] Values)
{
    private const string Insert =
        """
        INSERT INTO work (id, kind, occurrence, payload, state, due_at, next_at, created_at, max_attempts, correlation_id, trace_parent)
        VALUES (@id, @kind, @occurrence, @payload, 'pending', @due, @due, @now, @attempts, @correlation, @trace)
        ON CONFLICT (kind, occurrence) DO NOTHING
        """;

    /// <summary>The row of an item that is brought now.</summary>
    public static WorkRow Of(NewWork work, TimeProvider clock)
    {
        var now = clock.Now();
        var id = Ids.New(clock);
        return new(id, work.Kind, work.Occurrence,
        [
            ("id", id), ("kind", work.Kind), ("occurrence", work.Occurrence), ("payload", work.Payload),
            ("due", UtcTime.Truncate(work.DueAt ?? now)), ("now", now), ("attempts", work.MaxAttempts),
            ("correlation", work.CorrelationId ?? id.ToString()), ("trace", Activity.Current?.Id),
        ]);
    }

    /// <summary>Inserts rows and tells of each whether it was new; the others' occurrences were accepted before.</summary>
    public static async Task<IReadOnlyList<bool>> InsertAsync(Session session, IReadOnlyList<WorkRow> rows)
    {
        var inserted = await session.ExecuteEachAsync(Insert, [.. rows.Select(row => row.Values)]);
        if (inserted.Any(count => count > 0))
        {
            session.Announce(WorkLedger.Topic);
        }

        return [.. inserted.Select(count => count > 0)];
    }

    /// <summary>The order in which rows are inserted wherever many are.</summary>
    public static int Compare(WorkRow one, WorkRow other) =>
        string.CompareOrdinal(one.Occurrence, other.Occurrence) is var byOccurrence and not 0 ? byOccurrence : string.CompareOrdinal(one.Kind, other.Kind);
}
