using System.Globalization;
using System.Text.Json;
using Steward.Agents.Declarations;
using Steward.Agents.Workshop;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Agents.Catalogue;

/// <summary>The SQL of agents and their versions.</summary>
internal static class AgentStore
{
    public static async Task<bool> AddAsync(Session session, Agent agent) => await session.ExecuteAsync(
        """
        INSERT INTO agent (id, name, state, version, settings, template, schedule, created_by, created_at, changed_at)
        VALUES (@id, @name, @state, @version, @settings, @template, @schedule, @by, @at, @at) ON CONFLICT (name) DO NOTHING
        """,
        ("id", agent.Id), ("name", agent.Name), ("state", agent.State), ("version", agent.Version), ("settings", Json.Write(agent.Settings)), ("template", agent.Template), ("schedule", Written(agent.Schedule)),
        ("by", agent.CreatedBy), ("at", agent.CreatedAt)) == 1;

    public static Task AddVersionAsync(Session session, Guid agentId, AgentVersion version, string source, byte[] assembly, string declaration) => session.ExecuteAsync(
        """
        INSERT INTO agent_version (agent_id, version, language, source, assembly, declaration, settings, schedule, made_by, made_at)
        VALUES (@agent, @version, @language, @source, @assembly, @declaration, @settings, @schedule, @by, @at)
        """,
        ("agent", agentId), ("version", version.Version), ("language", version.Language), ("source", source), ("assembly", Convert.ToBase64String(assembly)), ("declaration", declaration),
        ("settings", version.Settings is { } settings ? Json.Write(settings) : null), ("schedule", Written(version.Schedule)), ("by", version.MadeBy), ("at", version.MadeAt));

    /// <summary>What agents are called.</summary>
    public static async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(Session session, Guid[] ids) =>
        (await session.QueryAsync($"SELECT id, name FROM agent WHERE {session.Dialect.InList("id", "ids")}", row => (Id: row.Uuid("id"), Name: row.Text("name")), ("ids", ids))).ToDictionary(one => one.Id, one => one.Name);

    public static Task<Agent?> FindAsync(Session session, Guid id) => session.FirstAsync("SELECT * FROM agent WHERE id = @id", Read, ("id", id));

    public static Task<Agent?> FindAsync(Session session, string name) => session.FirstAsync("SELECT * FROM agent WHERE name = @name", Read, ("name", name));

    /// <summary>Whether there is such an agent; false once it is deleted.</summary>
    public static async Task<bool> IsThereAsync(Session session, Guid id) => await session.NumberAsync("SELECT COUNT(*) FROM agent WHERE id = @id", ("id", id)) == 1;

    /// <summary>Of these, those that are agents.</summary>
    public static async Task<HashSet<Guid>> KnownAsync(Session session, Guid[] ids) =>
        [.. await session.QueryAsync($"SELECT id FROM agent WHERE {session.Dialect.InList("id", "ids")}", row => row.Uuid("id"), ("ids", ids))];

    /// <summary>Agents that are deleted and of which there is still something, 500 at the most.</summary>
    public static Task<IReadOnlyList<Guid>> LeftAsync(Session session) => session.QueryAsync(
        """
        SELECT agent_id FROM (SELECT agent_id FROM agent_run UNION SELECT agent_id FROM agent_memory UNION SELECT agent_id FROM agent_question) AS found
        WHERE NOT EXISTS (SELECT 1 FROM agent WHERE agent.id = found.agent_id) LIMIT 500
        """, row => row.Uuid("agent_id"));

    /// <summary>The names of agents that were there at a time, the newest of them.</summary>
    public static Task<IReadOnlyList<string>> NamesAsync(Session session, DateTimeOffset at, int most) =>
        session.QueryAsync("SELECT name FROM agent WHERE created_at <= @at ORDER BY id DESC LIMIT @most", row => row.Text("name"), ("at", at), ("most", most));

    public static Task<long> CountAsync(Session session) => session.NumberAsync("SELECT COUNT(*) FROM agent");

    public static async Task<Page<Agent>> ListAsync(Session session, AgentState? state, string? template, PageRequest page)
    {
        var conditions = new List<string> { "1 = 1" };
        var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
        if (state is { } wanted)
        {
            conditions.Add("state = @state");
            parameters.Add(("state", wanted));
        }

        if (template is not null)
        {
            conditions.Add("template = @template");
            parameters.Add(("template", template));
        }

        if (Guid.TryParse(page.After, out var after))
        {
            conditions.Add("id < @after");
            parameters.Add(("after", after));
        }

        var agents = await session.QueryAsync($"SELECT * FROM agent WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit", Read, [.. parameters]);
        return page.Page(agents, agent => agent.Id.ToString());
    }

    public static Task<AgentVersion?> VersionAsync(Session session, Guid agentId, int version) => session.FirstAsync(
        "SELECT version, language, declaration, settings, schedule, made_by, made_at FROM agent_version WHERE agent_id = @agent AND version = @version", ReadVersion, ("agent", agentId), ("version", version));

    public static async Task<Page<AgentVersion>> VersionsAsync(Session session, Guid agentId, PageRequest page)
    {
        var before = int.TryParse(page.After, CultureInfo.InvariantCulture, out var after) ? after : int.MaxValue;
        return page.Page(await session.QueryAsync(
            "SELECT version, language, declaration, settings, schedule, made_by, made_at FROM agent_version WHERE agent_id = @agent AND version < @before ORDER BY version DESC LIMIT @limit",
            ReadVersion, ("agent", agentId), ("before", before), ("limit", page.Limit + 1)), version => version.Version.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What the versions of an agent declared, with the settings that they had: each once, however often it was so.</summary>
    public static Task<IReadOnlyList<DeclaredBefore>> DeclaredAsync(Session session, Guid agentId) => session.QueryAsync(
        "SELECT DISTINCT declaration, settings FROM agent_version WHERE agent_id = @agent",
        row => new DeclaredBefore(DeclarationReader.ReadKept(row.Text("declaration")), row.TextOrNull("settings") is { } settings ? Json.Read<Dictionary<string, JsonElement>>(settings) : null), ("agent", agentId));

    public static async Task<int> LatestVersionAsync(Session session, Guid agentId) => (int)await session.NumberAsync("SELECT MAX(version) FROM agent_version WHERE agent_id = @agent", ("agent", agentId));

    public static Task<string?> SourceAsync(Session session, Guid agentId, int version) => session.FirstAsync(
        "SELECT source FROM agent_version WHERE agent_id = @agent AND version = @version", row => row.Text("source"), ("agent", agentId), ("version", version));

    public static Task<byte[]?> AssemblyAsync(Session session, Guid agentId, int version) => session.FirstAsync(
        "SELECT assembly FROM agent_version WHERE agent_id = @agent AND version = @version", row => Convert.FromBase64String(row.Text("assembly")), ("agent", agentId), ("version", version));

    public static async Task<bool> SetStateAsync(Session session, Guid id, AgentState state, DateTimeOffset now) =>
        await session.ExecuteAsync("UPDATE agent SET state = @state, changed_at = @now WHERE id = @id AND state <> @state", ("state", state), ("now", now), ("id", id)) == 1;

    public static Task SetVersionAsync(Session session, Guid id, int version, IReadOnlyDictionary<string, JsonElement> settings, AgentSchedule? schedule, DateTimeOffset now) => session.ExecuteAsync(
        "UPDATE agent SET version = @version, settings = @settings, schedule = @schedule, changed_at = @now WHERE id = @id",
        ("version", version), ("settings", Json.Write(settings)), ("schedule", Written(schedule)), ("now", now), ("id", id));

    public static Task<(string? Handoff, string? Summary)> HandoffAsync(Session session, Guid id) =>
        session.FirstAsync("SELECT handoff, summary FROM agent WHERE id = @id", row => (row.TextOrNull("handoff"), row.TextOrNull("summary")), ("id", id));

    /// <summary>Keeps what the next run is to find; what is null stays as it was.</summary>
    public static Task SetHandoffAsync(Session session, Guid id, string? handoff, string? summary) =>
        session.ExecuteAsync("UPDATE agent SET handoff = COALESCE(@handoff, handoff), summary = COALESCE(@summary, summary) WHERE id = @id", ("handoff", handoff), ("summary", summary), ("id", id));

    /// <summary>Puts another summary in the place of one. False when that is not there any more.</summary>
    public static async Task<bool> ReplaceSummaryAsync(Session session, Guid id, string kept, string summary) =>
        await session.ExecuteAsync("UPDATE agent SET summary = @summary WHERE id = @id AND summary = @kept", ("summary", summary), ("id", id), ("kept", kept)) == 1;

    public static Task SetHookAsync(Session session, Guid id, string? hash) => session.ExecuteAsync("UPDATE agent SET hook_hash = @hash WHERE id = @id", ("hash", hash), ("id", id));

    public static Task<string?> HookAsync(Session session, Guid id) => session.FirstAsync("SELECT hook_hash FROM agent WHERE id = @id", row => row.TextOrNull("hook_hash"), ("id", id));

    /// <summary>Keeps after which others an agent runs.</summary>
    public static async Task SetAfterAsync(Session session, Guid id, IReadOnlyList<string> after)
    {
        await session.ExecuteAsync("DELETE FROM agent_after WHERE agent_id = @id", ("id", id));
        await session.ExecuteManyAsync("INSERT INTO agent_after (agent_id, follows) VALUES (@id, @name)", [.. after.Select(name => new (string, object?)[] { ("id", id), ("name", name) })]);
    }

    /// <summary>The active agents that run after one.</summary>
    public static Task<IReadOnlyList<Guid>> FollowersAsync(Session session, string name) => session.QueryAsync(
        "SELECT agent_id FROM agent_after JOIN agent ON agent.id = agent_id WHERE follows = @name AND agent.state = 'active' ORDER BY agent_id LIMIT 100", row => row.Uuid("agent_id"), ("name", name));

    /// <summary>Lets a run begin unless another one of the agent is going on. Gives its number; null when it has to wait.</summary>
    public static async Task<long?> BeginRunAsync(Session session, Guid id, Guid run, bool isFirst) => await session.ExecuteAsync(
        """
        UPDATE agent SET running = @run, runs = runs + @first
        WHERE id = @id AND (running IS NULL OR running = @run OR NOT EXISTS (SELECT 1 FROM work WHERE work.id = agent.running AND work.state = 'running'))
        """, ("run", run), ("first", isFirst ? 1 : 0), ("id", id)) == 1
        ? await session.NumberAsync("SELECT runs FROM agent WHERE id = @id", ("id", id))
        : null;

    public static Task EndRunAsync(Session session, Guid id, Guid run) => session.ExecuteAsync("UPDATE agent SET running = NULL WHERE id = @id AND running = @run", ("id", id), ("run", run));

    public static async Task DeleteAsync(Session session, Guid id)
    {
        foreach (var sql in new[]
        {
            "DELETE FROM agent_line WHERE run_id IN (SELECT id FROM agent_run WHERE agent_id = @id)", "DELETE FROM agent_use WHERE agent_id = @id", "DELETE FROM agent_attempt WHERE agent_id = @id", "DELETE FROM agent_after WHERE agent_id = @id", "DELETE FROM agent_run WHERE agent_id = @id",
            "DELETE FROM agent_memory WHERE agent_id = @id", "DELETE FROM agent_question WHERE agent_id = @id", "DELETE FROM agent_version WHERE agent_id = @id", "DELETE FROM agent WHERE id = @id",
        })
        {
            await session.ExecuteAsync(sql, ("id", id));
        }
    }

    private static Agent Read(Row row) => new(row.Uuid("id"), row.Text("name"), row.Enum<AgentState>("state"), row.Int("version"), Json.Read<Dictionary<string, JsonElement>>(row.Text("settings")),
        row.TextOrNull("template"), row.Long("runs"), row.Text("created_by"), row.Time("created_at"), row.Time("changed_at"))
    {
        Schedule = Schedule(row),
    };

    private static AgentSchedule? Schedule(Row row) => row.TextOrNull("schedule") is { } schedule ? Json.Read<AgentSchedule>(schedule) : null;

    private static string? Written(AgentSchedule? schedule) => schedule is null ? null : Json.Write(schedule);

    private static AgentVersion ReadVersion(Row row) => new(row.Int("version"), row.Enum<AgentLanguage>("language"), DeclarationReader.ReadKept(row.Text("declaration")), row.Text("made_by"), row.Time("made_at"))
    {
        Settings = row.TextOrNull("settings") is { } settings ? Json.Read<Dictionary<string, JsonElement>>(settings) : null,
        Schedule = Schedule(row),
    };
}
