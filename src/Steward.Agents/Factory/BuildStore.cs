using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Agents.Factory;

/// <summary>The SQL of builds.</summary>
internal static class BuildStore
{
    /// <summary>The topic on which readers hear that there is more.</summary>
    public const string Topic = "agent-builds";

    public static Task AddAsync(Session session, Build build) => session.ExecuteAsync(
        """
        INSERT INTO agent_build (id, kind, state, wish, name, agent_id, plan_only, waived, talk, blueprint, questions, round, base, first_round, work_id, dollars, note, version, created_by, created_at, state_at)
        VALUES (@id, @kind, @state, @wish, @name, @agent, @planOnly, @waived, @talk, @blueprint, @questions, @round, @base, @firstRound, @work, 0, @note, @version, @by, @created, @stateAt)
        """,
        [.. Changing(build), ("kind", build.Kind), ("wish", build.Wish), ("work", build.WorkId), ("planOnly", build.PlanOnly ? 1 : 0), ("waived", build.Waived ? 1 : 0), ("by", build.CreatedBy), ("created", build.CreatedAt)]);

    /// <summary>Writes how far a build has come. False when it ended meanwhile: then nothing is written.</summary>
    public static async Task<bool> SaveAsync(Session session, Build build) => await session.ExecuteAsync(
        """
        UPDATE agent_build SET state = @state, name = @name, agent_id = @agent, talk = @talk, blueprint = @blueprint, questions = @questions, round = @round, base = @base, first_round = @firstRound,
          note = @note, version = @version, state_at = @stateAt, closed_at = @closed
        WHERE id = @id AND closed_at IS NULL
        """, [.. Changing(build), ("closed", build.ClosedAt)]) == 1;

    /// <summary>Writes what a build has cost, ended or not.</summary>
    public static Task CountAsync(Session session, Build build) => session.ExecuteAsync(
        "UPDATE agent_build SET tokens_in = @in, tokens_out = @out, dollars = @dollars, models = @models WHERE id = @id",
        ("in", build.TokensIn), ("out", build.TokensOut), ("dollars", build.Dollars), ("models", string.Join('\n', build.Models)), ("id", build.Id));

    /// <summary>Says what a build waits for, and nothing else.</summary>
    public static Task NoteAsync(Session session, Guid id, string note) =>
        session.ExecuteAsync("UPDATE agent_build SET note = @note WHERE id = @id AND closed_at IS NULL", ("note", note), ("id", id));

    /// <summary>Opens a build again that had ended.</summary>
    public static async Task ReopenAsync(Session session, Build build, DateTimeOffset now)
    {
        await session.ExecuteAsync("UPDATE agent_build SET closed_at = NULL, plan_only = 0, work_id = @work WHERE id = @id", ("work", build.WorkId), ("id", build.Id));
        await SaveAsync(session, build with { Note = null, StateAt = now, ClosedAt = null });
    }

    /// <summary>The item of the ledger that goes on with a build; null when none does.</summary>
    public static Task<Guid?> WorkAsync(Session session, Guid id) => session.FirstAsync(
        "SELECT work.id FROM work JOIN agent_build ON agent_build.id = @build WHERE work.kind = @kind AND work.correlation_id = @id AND work.next_at IS NOT NULL AND (agent_build.work_id IS NULL OR agent_build.work_id = work.id)",
        row => (Guid?)row.Uuid("id"), ("build", id), ("kind", BuildLine.WorkKind), ("id", id.ToString()));

    public static Task<Build?> FindAsync(Session session, Guid id) => session.FirstAsync("SELECT * FROM agent_build WHERE id = @id", Read, ("id", id));

    public static async Task<Page<Build>> ListAsync(Session session, BuildState? state, Guid? agentId, PageRequest page)
    {
        var conditions = new List<string> { "1 = 1" };
        var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
        foreach (var (condition, name, value) in new (string, string, object?)[] { ("state = @state", "state", state), ("agent_id = @agent", "agent", agentId), ("id < @after", "after", Guid.TryParse(page.After, out var after) ? after : null) })
        {
            if (value is not null)
            {
                conditions.Add(condition);
                parameters.Add((name, value));
            }
        }

        var builds = await session.QueryAsync($"SELECT * FROM agent_build WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit", Read, [.. parameters]);
        return page.Page(builds, build => build.Id.ToString());
    }

    /// <summary>Builds that are under way.</summary>
    public static Task<long> OpenAsync(Session session) => session.NumberAsync("SELECT COUNT(*) FROM agent_build WHERE closed_at IS NULL");

    /// <summary>Keeps a version that was written, or what was found out about it.</summary>
    public static Task PutRoundAsync(Session session, Guid buildId, BuildRound round) => session.ExecuteAsync(
        """
        INSERT INTO agent_build_round (build_id, round, model, source, settings, samples, tokens_in, tokens_out, dollars, written_at, stage, findings, rehearsal, took, declaration, sends)
        VALUES (@build, @round, @model, @source, @settings, @samples, @in, @out, @dollars, @at, @stage, @findings, @rehearsal, @took, @declaration, @sends)
        ON CONFLICT (build_id, round) DO UPDATE SET source = @source, settings = @settings, stage = @stage, findings = @findings, rehearsal = @rehearsal, took = @took, declaration = @declaration, sends = @sends
        """,
        ("build", buildId), ("round", round.Round), ("model", round.Model), ("source", round.Source), ("settings", round.Settings), ("samples", round.Samples), ("in", round.TokensIn), ("out", round.TokensOut),
        ("dollars", round.Dollars), ("at", round.WrittenAt), ("stage", round.Stage), ("findings", round.Findings is { } findings ? Json.Write(findings) : null), ("rehearsal", Json.Write(round.Rehearsal)), ("took", Json.Write(round.Took)),
        ("declaration", round.Declaration), ("sends", string.Join(',', round.Sends)));

    public static Task<IReadOnlyList<BuildRound>> RoundsAsync(Session session, Guid buildId) =>
        session.QueryAsync("SELECT * FROM agent_build_round WHERE build_id = @build ORDER BY round", ReadRound, ("build", buildId));

    /// <summary>Says what happened, for who watches.</summary>
    public static async Task SayAsync(Session session, Guid buildId, BuildState state, string text, DateTimeOffset now)
    {
        await session.ExecuteAsync(
            """
            INSERT INTO agent_build_event (build_id, seq, at, state, text)
            SELECT @build, COALESCE(MAX(seq), 0) + 1, @now, @state, @text FROM agent_build_event WHERE build_id = @build
            """, ("build", buildId), ("now", now), ("state", state), ("text", text));
        session.Announce(Topic);
    }

    public static Task<IReadOnlyList<BuildEvent>> EventsAsync(Session session, Guid buildId, int after, int most) => session.QueryAsync(
        "SELECT seq, at, state, text FROM agent_build_event WHERE build_id = @build AND seq > @after ORDER BY seq LIMIT @most",
        row => new BuildEvent(row.Int("seq"), row.Time("at"), row.Enum<BuildState>("state"), row.Text("text")), ("build", buildId), ("after", after), ("most", most));

    /// <summary>The newest, oldest of them first. They are numbered without gaps.</summary>
    public static async Task<IReadOnlyList<BuildEvent>> NewestEventsAsync(Session session, Guid buildId, int most) =>
        await EventsAsync(session, buildId, (int)await session.NumberAsync("SELECT COALESCE(MAX(seq), 0) FROM agent_build_event WHERE build_id = @build", ("build", buildId)) - most, most);

    private static (string, object?)[] Changing(Build build) =>
    [
        ("id", build.Id), ("state", build.State), ("name", build.Name), ("agent", build.AgentId), ("talk", Json.Write(build.Talk)), ("blueprint", build.Blueprint is { } blueprint ? Json.Write(blueprint) : null),
        ("questions", build.Questions), ("round", build.Round), ("base", build.Base), ("firstRound", build.FirstRound), ("note", build.Note), ("version", build.Version), ("stateAt", build.StateAt),
    ];

    private static Build Read(Row row) => new(
        row.Uuid("id"), row.Enum<BuildKind>("kind"), row.Enum<BuildState>("state"), row.Text("wish"), row.TextOrNull("name"), row.UuidOrNull("agent_id"), row.Int("plan_only") == 1, row.Int("waived") == 1,
        row.Text("created_by"), row.Time("created_at"), row.Time("state_at"))
    {
        Talk = Json.Read<List<BuildTalk>>(row.Text("talk")),
        Blueprint = row.TextOrNull("blueprint") is { } blueprint ? Json.Read<Blueprint>(blueprint) : null,
        Questions = row.Int("questions"),
        Round = row.Int("round"),
        Base = row.IntOrNull("base"),
        FirstRound = row.Int("first_round"),
        WorkId = row.UuidOrNull("work_id"),
        TokensIn = row.Long("tokens_in"),
        TokensOut = row.Long("tokens_out"),
        Dollars = row.DoubleOrNull("dollars"),
        Models = row.Text("models").Split('\n', StringSplitOptions.RemoveEmptyEntries),
        Note = row.TextOrNull("note"),
        Version = row.IntOrNull("version"),
        ClosedAt = row.TimeOrNull("closed_at"),
    };

    private static BuildRound ReadRound(Row row) => new(
        row.Int("round"), row.Text("model"), row.Text("source"), row.Text("settings"), row.TextOrNull("samples"), row.Long("tokens_in"), row.Long("tokens_out"), row.DoubleOrNull("dollars"), row.Time("written_at"))
    {
        Stage = row.IntOrNull("stage"),
        Findings = row.TextOrNull("findings") is { } findings ? Json.Read<List<BuildFinding>>(findings) : null,
        Rehearsal = row.TextOrNull("rehearsal") is { } rehearsal ? Json.Read<List<string>>(rehearsal) : [],
        Took = row.TextOrNull("took") is { } took ? Json.Read<Dictionary<string, double>>(took) : new Dictionary<string, double>(),
        Declaration = row.TextOrNull("declaration"),
        Sends = row.Text("sends").Split(',', StringSplitOptions.RemoveEmptyEntries),
    };
}
