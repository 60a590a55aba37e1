using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Platform.Work;

/// <summary>
/// The one place of everything that must happen later, again, or survive a restart. An item is accepted once
/// (<see cref="NewWork.Occurrence"/>), run by the node that holds its lease, and remembered.
/// </summary>
public sealed class WorkLedger(Database database, TimeProvider clock)
{
    /// <summary>The topic on which nodes hear that there is work.</summary>
    internal const string Topic = "work";

    private const string Columns =
        "id, kind, occurrence, state, payload, due_at, next_at, created_at, started_at, finished_at, attempt, max_attempts, fence, lease_owner, result, failures, correlation_id, wakes, trace_parent";

    private const int PurgedTogether = 500;

    private readonly WorkIntake intake = new(database);

    /// <summary>Accepts an item durably. Null when the occurrence was accepted before. Items that are brought at the same time share a commit.</summary>
    public async Task<Guid?> EnqueueAsync(NewWork work, CancellationToken cancellationToken)
    {
        var row = WorkRow.Of(work, clock);
        return await intake.AddAsync(row, cancellationToken) ? row.Id : null;
    }

    /// <summary>Accepts an item in a transaction of the caller: it exists if and only if the caller's own rows do.</summary>
    public async Task<Guid?> EnqueueAsync(Session session, NewWork work)
    {
        var row = WorkRow.Of(work, clock);
        return (await WorkRow.InsertAsync(session, [row]))[0] ? row.Id : null;
    }

    /// <summary>Accepts many items in one transaction and tells how many were new.</summary>
    public Task<int> EnqueueAsync(IReadOnlyCollection<NewWork> work, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var rows = work.Select(item => WorkRow.Of(item, clock)).ToList();
            rows.Sort(WorkRow.Compare);
            return (await WorkRow.InsertAsync(session, rows)).Count(isNew => isNew);
        }, cancellationToken);

    /// <summary>
    /// Makes a waiting item due now. If it is running at this moment, it runs again as soon as it says that it waits.
    /// Does nothing to an item that is finished.
    /// </summary>
    public static async Task WakeAsync(Session session, Guid id, DateTimeOffset now)
    {
        await session.ExecuteAsync(
            "UPDATE work SET wakes = wakes + 1, next_at = CASE WHEN state = 'pending' THEN @now ELSE next_at END WHERE id = @id AND next_at IS NOT NULL",
            ("id", id), ("now", now));
        session.Announce(Topic);
    }

    /// <summary>Makes all items of a kind due now that wait for a reason which begins so.</summary>
    public static async Task WakeAsync(Session session, string kind, string reasonBegins, DateTimeOffset now)
    {
        await session.ExecuteAsync(
            "UPDATE work SET wakes = wakes + 1, next_at = @now WHERE state = 'pending' AND kind = @kind AND result LIKE @begins",
            ("kind", kind), ("begins", $"{reasonBegins}%"), ("now", now));
        session.Announce(Topic);
    }

    /// <summary>Makes a waiting item due now, by its key.</summary>
    public Task WakeAsync(string kind, string occurrence, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        var id = await session.FirstAsync("SELECT id FROM work WHERE kind = @kind AND occurrence = @occurrence",
            row => row.Uuid("id"), ("kind", kind), ("occurrence", occurrence));
        await WakeAsync(session, id, clock.Now());
    }, cancellationToken);

    /// <summary>Sees to it that an item that never ends is there and due now, whatever became of it before.</summary>
    public Task EnsureAsync(NewWork work, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        if (await EnqueueAsync(session, work) is null)
        {
            await session.ExecuteAsync(
                """
                UPDATE work SET state = 'pending', next_at = @now, finished_at = NULL, attempt = 0
                WHERE kind = @kind AND occurrence = @occurrence AND state <> 'running'
                """,
                ("now", clock.Now()), ("kind", work.Kind), ("occurrence", work.Occurrence));
            session.Announce(Topic);
        }
    }, cancellationToken);

    /// <summary>One item, or null.</summary>
    public Task<WorkItem?> FindAsync(Guid id, CancellationToken cancellationToken) => database.ReadAsync(session => FindAsync(session, id), cancellationToken);

    /// <summary>One item as a transaction of the caller sees it, or null.</summary>
    public static Task<WorkItem?> FindAsync(Session session, Guid id) => session.FirstAsync($"SELECT {Columns} FROM work WHERE id = @id", Read, ("id", id));

    /// <summary>Items of a kind that wait, in the order in which they will be looked at.</summary>
    /// <param name="session">The caller's session.</param>
    /// <param name="kind">Their kind.</param>
    /// <param name="most">How many at the most.</param>
    public static Task<IReadOnlyList<WorkItem>> WaitingAsync(Session session, string kind, int most) => session.QueryAsync(
        $"SELECT {Columns} FROM work WHERE state = 'pending' AND kind = @kind ORDER BY next_at, id LIMIT @most", Read, ("kind", kind), ("most", most));

    /// <summary>Items, newest first, all or those in one state or of one kind.</summary>
    public Task<Page<WorkItem>> ListAsync(WorkState? state, string? kind, PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var conditions = new List<string> { "1 = 1" };
            var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
            void Add(string condition, string name, object value)
            {
                conditions.Add(condition);
                parameters.Add((name, value));
            }

            if (state is { } wanted)
            {
                Add("state = @state", "state", wanted);
            }

            if (kind is not null)
            {
                Add("kind = @kind", "kind", kind);
            }

            if (Guid.TryParse(page.After, out var after))
            {
                Add("id < @after", "after", after);
            }

            var items = await session.QueryAsync(
                $"SELECT {Columns} FROM work WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit", Read, [.. parameters]);
            return page.Page(items, item => item.Id.ToString());
        }, cancellationToken);

    /// <summary>Dead letters of items that died after the given time, oldest first.</summary>
    /// <param name="since">After when.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<WorkItem>> DiedSinceAsync(DateTimeOffset since, int most, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync(
            $"SELECT {Columns} FROM work WHERE state = 'dead' AND finished_at > @since ORDER BY finished_at LIMIT @most", Read,
            ("since", UtcTime.Truncate(since)), ("most", most)), cancellationToken);

    /// <summary>How many items are in each state.</summary>
    public Task<IReadOnlyDictionary<WorkState, long>> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var counts = await session.QueryAsync("SELECT state, COUNT(*) AS n FROM work GROUP BY state",
                row => (State: row.Enum<WorkState>("state"), N: row.Long("n")));
            return (IReadOnlyDictionary<WorkState, long>)counts.ToDictionary(count => count.State, count => count.N);
        }, cancellationToken);

    /// <summary>Gives a dead, failed or cancelled item a fresh set of attempts in a transaction of the caller, due now.</summary>
    public Task<Outcome<WorkItem>> RedriveAsync(Session session, Guid id) =>
        ChangeAsync(session, id, "UPDATE work SET state = 'pending', next_at = @now, finished_at = NULL, attempt = 0, result = NULL WHERE id = @id AND state IN ('dead', 'failed', 'cancelled')",
            "re-driven", "Only dead, failed or cancelled items can be re-driven");

    /// <summary>Calls off an item in a transaction of the caller: a dead letter leaves the list, a pending one will not run.</summary>
    public Task<Outcome<WorkItem>> DropAsync(Session session, Guid id) =>
        ChangeAsync(session, id, "UPDATE work SET state = 'cancelled', next_at = NULL, finished_at = @now WHERE id = @id AND state IN ('dead', 'pending')",
            "dropped", "Only dead or pending items can be dropped");

    /// <summary>
    /// Forgets finished items that are older than the time, all or those of one kind; dead letters stay. They go a few at a
    /// time, so that nobody else waits long for the store.
    /// </summary>
    public async Task<int> PurgeAsync(DateTimeOffset finishedBefore, string? kind, CancellationToken cancellationToken)
    {
        var (forgotten, from) = (0, DateTimeOffset.MinValue);
        while (true)
        {
            // Read beside the writers, and from where the last look ended: what stays is passed over once.
            var old = await database.ReadAsync(session => session.QueryAsync(
                $"SELECT id, finished_at FROM work WHERE finished_at < @before AND finished_at >= @from AND state <> 'dead'{(kind is null ? "" : " AND kind = @kind")} ORDER BY finished_at LIMIT @most",
                row => (Id: row.Uuid("id"), At: row.Time("finished_at")), ("before", finishedBefore), ("from", from), ("most", PurgedTogether), ("kind", kind)), cancellationToken);
            if (old.Count == 0)
            {
                return forgotten;
            }

            forgotten += await database.WriteAsync(session => session.ExecuteAsync(
                $"DELETE FROM work WHERE {session.Dialect.InList("id", "ids")} AND finished_at < @before AND state <> 'dead'",
                ("ids", old.Select(item => item.Id).ToArray()), ("before", finishedBefore)), cancellationToken);
            from = old[^1].At;
        }
    }

    internal static WorkItem Read(Row row) => new(
        row.Uuid("id"), row.Text("kind"), row.Text("occurrence"), row.Enum<WorkState>("state"), row.Text("payload"),
        row.Time("due_at"), row.TimeOrNull("next_at"), row.Time("created_at"), row.TimeOrNull("started_at"), row.TimeOrNull("finished_at"),
        row.Int("attempt"), row.Int("max_attempts"), row.Long("fence"), row.TextOrNull("lease_owner"), row.TextOrNull("result"),
        Json.Read<List<WorkFailure>>(row.Text("failures")), row.Text("correlation_id"))
    {
        Wakes = row.Long("wakes"),
        TraceParent = row.TextOrNull("trace_parent"),
    };

    internal static string ColumnList => Columns;

    private async Task<Outcome<WorkItem>> ChangeAsync(Session session, Guid id, string sql, string done, string rule)
    {
        var changed = await session.ExecuteAsync(sql, ("id", id), ("now", clock.Now()));
        var item = await FindAsync(session, id);
        if (item is null)
        {
            return Refusal.NotFound("work item", id);
        }

        if (changed == 0)
        {
            return new Refusal(RefusalKind.Conflict, "wrong-state", $"Work item {id} is {Storage.Row.EnumText(item.State)} and was not {done}. {rule}.");
        }

        session.Announce(Topic);
        return item;
    }
}
