using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Runs;

/// <summary>Which runs are wanted; null for all.</summary>
internal sealed record RunFilter(Guid? AgentId, RunState? State, Trigger? Trigger);

/// <summary>The SQL of runs, of what they said, and of the tools that they used.</summary>
internal static class RunStore
{
    /// <summary>Writes down a run that waits for its turn, or that an attempt of it begins.</summary>
    public static Task PutAsync(Session session, Run run) => session.ExecuteAsync(
        """
        INSERT INTO agent_run (id, agent_id, number, version, trigger_kind, state, attempt, sandbox, created_at, started_at, correlation_id)
        VALUES (@id, @agent, @number, @version, @trigger, @state, @attempt, @sandbox, @created, @started, @correlation)
        ON CONFLICT (id) DO UPDATE SET number = @number, state = @state, attempt = @attempt, version = @version, sandbox = @sandbox, started_at = @started, finished_at = NULL, text = NULL
        """,
        ("id", run.Id), ("agent", run.AgentId), ("number", run.Number), ("version", run.Version), ("trigger", run.Trigger), ("state", run.State), ("attempt", run.Attempt),
        ("sandbox", run.Sandbox), ("created", run.CreatedAt), ("started", run.StartedAt), ("correlation", run.CorrelationId));

    public static Task EndAsync(Session session, Guid id, RunState state, string text, int calls, DateTimeOffset now) => session.ExecuteAsync(
        "UPDATE agent_run SET state = @state, text = @text, calls = calls + @calls, finished_at = @now WHERE id = @id", ("state", state), ("text", text), ("calls", calls), ("now", now), ("id", id));

    /// <summary>Lets a run that had ended wait for its turn again; what it tried before does not count any more.</summary>
    public static Task AgainAsync(Session session, Guid id) =>
        session.ExecuteAsync("UPDATE agent_run SET state = 'queued', forgiven = attempt, cancelled_by = NULL, finished_at = NULL WHERE id = @id", ("id", id));

    public static Task CancelAsync(Session session, Guid id, string by) => session.ExecuteAsync("UPDATE agent_run SET cancelled_by = @by WHERE id = @id AND cancelled_by IS NULL", ("by", by), ("id", id));

    public static Task<Run?> FindAsync(Session session, Guid id) => session.FirstAsync("SELECT * FROM agent_run WHERE id = @id", Read, ("id", id));

    /// <summary>The last run of an agent that ended by itself.</summary>
    public static Task<Run?> LastEndedAsync(Session session, Guid agentId) => session.FirstAsync(
        "SELECT * FROM agent_run WHERE agent_id = @agent AND state NOT IN ('queued', 'running', 'cancelled', 'skipped') ORDER BY id DESC LIMIT 1", Read, ("agent", agentId));

    /// <summary>The attempts of a run that come after one, the newest 200 of them, in their order.</summary>
    public static Task<IReadOnlyList<RunAttempt>> AttemptsAsync(Session session, Guid id, int after) => session.QueryAsync(
        "SELECT * FROM (SELECT * FROM agent_attempt WHERE run_id = @id AND attempt > @after ORDER BY attempt DESC LIMIT 200) AS newest ORDER BY attempt",
        row => new RunAttempt(row.Int("attempt"), row.Enum<RunState>("state"), row.TextOrNull("text"), row.Time("started_at"), row.TimeOrNull("finished_at")), ("id", id), ("after", after));

    public static Task BeginAttemptAsync(Session session, Run run, DateTimeOffset now) => session.ExecuteAsync(
        "INSERT INTO agent_attempt (run_id, attempt, agent_id, state, started_at) VALUES (@run, @attempt, @agent, 'running', @now)",
        ("run", run.Id), ("attempt", run.Attempt), ("agent", run.AgentId), ("now", now));

    /// <summary>Writes down how an attempt ended. False when it had ended before: somebody else has taken the run over.</summary>
    public static async Task<bool> EndAttemptAsync(Session session, Guid run, int attempt, RunState state, string text, DateTimeOffset now) => await session.ExecuteAsync(
        "UPDATE agent_attempt SET state = @state, text = @text, finished_at = @now WHERE run_id = @run AND attempt = @attempt AND state = 'running'",
        ("state", state), ("text", text), ("now", now), ("run", run), ("attempt", attempt)) == 1;

    public static async Task<Page<Run>> ListAsync(Session session, RunFilter filter, PageRequest page)
    {
        var (agentId, state, trigger) = filter;
        var conditions = new List<string> { "1 = 1" };
        var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
        void Add(string condition, string name, object value)
        {
            conditions.Add(condition);
            parameters.Add((name, value));
        }

        if (agentId is { } agent)
        {
            Add("agent_id = @agent", "agent", agent);
        }

        if (state is { } wanted)
        {
            Add("state = @state", "state", wanted);
        }

        if (trigger is { } why)
        {
            Add("trigger_kind = @trigger", "trigger", why);
        }

        if (Guid.TryParse(page.After, out var after))
        {
            Add("id < @after", "after", after);
        }

        var runs = await session.QueryAsync($"SELECT * FROM agent_run WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit", Read, [.. parameters]);
        return page.Page(runs, run => run.Id.ToString());
    }

    /// <summary>Which of these runs have a row.</summary>
    public static async Task<HashSet<Guid>> KnownAsync(Session session, Guid[] ids) =>
        [.. await session.QueryAsync($"SELECT id FROM agent_run WHERE {session.Dialect.InList("id", "ids")}", row => row.Uuid("id"), ("ids", ids))];

    public static Task<IReadOnlyDictionary<RunState, long>> CountAsync(Session session, Guid? agentId) => CountsAsync(session, agentId is null ? "" : "WHERE agent_id = @agent", agentId);

    /// <summary>How many runs wait that nobody has looked at yet: they are in the ledger alone, with their agent in what they were given.</summary>
    public static Task<long> UnseenAsync(Session session, Guid? agentId) => session.NumberAsync(
        $"""
        SELECT COUNT(*) FROM work WHERE state IN ('pending', 'running') AND kind = @kind {(agentId is null ? "" : "AND payload LIKE @agent")}
        AND NOT EXISTS (SELECT 1 FROM agent_run WHERE agent_run.id = work.id)
        """, ("kind", RunAgent.WorkKind), ("agent", $"%{agentId}%"));

    /// <summary>Lets the first run of an agent that waits for another one of it look again at once. Those that wait to be tried again keep their pause.</summary>
    public static async Task WakeNextAsync(Session session, Guid agentId, DateTimeOffset now)
    {
        var next = await session.FirstAsync(
            """
            SELECT agent_run.id FROM agent_run JOIN work ON work.id = agent_run.id
            WHERE agent_run.agent_id = @agent AND agent_run.state = 'queued' AND work.state = 'pending' AND agent_run.attempt = 0 ORDER BY agent_run.id LIMIT 1
            """, row => (Guid?)row.Uuid("id"), ("agent", agentId));
        if (next is { } id)
        {
            await WorkLedger.WakeAsync(session, id, now);
        }
    }

    /// <summary>How many runs of an agent wait for their turn.</summary>
    public static Task<long> QueuedAsync(Session session, Guid agentId) => session.NumberAsync("SELECT COUNT(*) FROM agent_run WHERE agent_id = @agent AND state = 'queued'", ("agent", agentId));

    /// <summary>Runs that ended before a time, the oldest first.</summary>
    public static async Task<Guid[]> EndedBeforeAsync(Session session, DateTimeOffset before, int most) => [.. await session.QueryAsync(
        "SELECT id FROM agent_run WHERE finished_at < @before AND state NOT IN ('queued', 'running') ORDER BY id LIMIT @most", row => row.Uuid("id"), ("before", before), ("most", most))];

    /// <summary>Forgets runs with all that belongs to them. How tools were used goes with them.</summary>
    public static async Task ForgetAsync(Session session, Guid[] ids)
    {
        foreach (var (table, column) in new[] { ("agent_line", "run_id"), ("agent_question", "run_id"), ("agent_use", "run_id"), ("agent_attempt", "run_id"), ("agent_run", "id") })
        {
            await session.ExecuteAsync($"DELETE FROM {table} WHERE {session.Dialect.InList(column, "ids")}", ("ids", ids));
        }
    }

    public static Task<long> LinesAsync(Session session, Guid runId) => session.NumberAsync("SELECT COALESCE(MAX(seq), 0) FROM agent_line WHERE run_id = @run", ("run", runId));

    public static Task AddLinesAsync(Session session, Guid runId, IReadOnlyList<RunLine> lines) => session.ExecuteManyAsync(
        "INSERT INTO agent_line (run_id, seq, at, level, line) VALUES (@run, @seq, @at, @level, @line)",
        [.. lines.Select(line => new (string, object?)[] { ("run", runId), ("seq", line.Seq), ("at", line.At), ("level", line.Level), ("line", line.Line) })]);

    public static Task<IReadOnlyList<RunLine>> LinesAsync(Session session, Guid runId, int after, int most) => session.QueryAsync(
        "SELECT seq, at, level, line FROM agent_line WHERE run_id = @run AND seq > @after ORDER BY seq LIMIT @most",
        row => new RunLine(row.Int("seq"), row.Time("at"), row.Text("level"), row.Text("line")), ("run", runId), ("after", after), ("most", most));

    public static Task AddUseAsync(Session session, Guid runId, Guid agentId, IReadOnlyCollection<ToolUse> uses) => session.ExecuteManyAsync(
        """
        INSERT INTO agent_use (run_id, agent_id, tool, calls, refused, failed, milliseconds) VALUES (@run, @agent, @tool, @calls, @refused, @failed, @ms)
        ON CONFLICT (run_id, tool) DO UPDATE SET calls = agent_use.calls + @calls, refused = agent_use.refused + @refused, failed = agent_use.failed + @failed, milliseconds = agent_use.milliseconds + @ms
        """,
        [.. uses.Select(use => new (string, object?)[] { ("run", runId), ("agent", agentId), ("tool", use.Tool), ("calls", use.Calls), ("refused", use.Refused), ("failed", use.Failed), ("ms", use.Milliseconds) })]);

    public static Task<IReadOnlyList<ToolUse>> UseAsync(Session session, Guid agentId) => session.QueryAsync(
        "SELECT tool, SUM(calls) AS calls, SUM(refused) AS refused, SUM(failed) AS failed, SUM(milliseconds) AS ms FROM agent_use WHERE agent_id = @agent GROUP BY tool ORDER BY tool",
        row => new ToolUse(row.Text("tool"), row.Long("calls"), row.Long("refused"), row.Long("failed"), row.DoubleOrNull("ms") ?? 0), ("agent", agentId));

    private static async Task<IReadOnlyDictionary<RunState, long>> CountsAsync(Session session, string where, Guid? agentId) =>
        (await session.QueryAsync($"SELECT state, COUNT(*) AS n FROM agent_run {where} GROUP BY state", row => (State: row.Enum<RunState>("state"), N: row.Long("n")), agentId is { } id ? [("agent", id)] : []))
        .ToDictionary(count => count.State, count => count.N);

    private static Run Read(Row row) => new(row.Uuid("id"), row.Uuid("agent_id"), row.Long("number"), row.Int("version"), row.Enum<Trigger>("trigger_kind"), row.Enum<RunState>("state"), row.Int("attempt"),
        row.TextOrNull("text"), row.TextOrNull("sandbox"), row.Int("calls"), row.Time("created_at"), row.TimeOrNull("started_at"), row.TimeOrNull("finished_at"), row.Text("correlation_id"))
    {
        CancelledBy = row.TextOrNull("cancelled_by"),
        Forgiven = row.Int("forgiven"),
    };
}
