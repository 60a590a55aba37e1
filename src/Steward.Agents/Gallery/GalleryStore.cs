using Steward.Agents.Declarations;
using Steward.Agents.Runs;
using Steward.Agents.Workshop;
using Steward.Platform.Storage;

namespace Steward.Agents.Gallery;

/// <summary>The SQL of the gallery: what a page of agents has come to, in one statement each.</summary>
internal static class GalleryStore
{
    public static async Task<IReadOnlyDictionary<Guid, (Declaration Declaration, AgentLanguage Language, string? Signer, string MadeBy)>> VersionsAsync(Session session, Guid[] ids) => (await session.QueryAsync(
        $"""
        SELECT agent.id, agent.imported_from, agent_version.declaration, agent_version.language, agent_version.made_by FROM agent
        JOIN agent_version ON agent_version.agent_id = agent.id AND agent_version.version = agent.version WHERE {session.Dialect.InList("agent.id", "ids")}
        """,
        row => (Id: row.Uuid("id"), Of: (DeclarationReader.ReadKept(row.Text("declaration")), row.Enum<AgentLanguage>("language"), row.TextOrNull("imported_from"), row.Text("made_by"))), ("ids", ids)))
        .ToDictionary(one => one.Id, one => one.Of);

    /// <summary>How many runs of each were in which state, and how often those called tools.</summary>
    public static Task<IReadOnlyList<(Guid Agent, RunState State, long Runs, long Calls)>> RunsAsync(Session session, Guid[] ids, DateTimeOffset since) => session.QueryAsync(
        $"""
        SELECT agent_id, state, COUNT(*) AS runs, CAST(SUM(calls) AS BIGINT) AS calls FROM agent_run
        WHERE {session.Dialect.InList("agent_id", "ids")} AND created_at >= @since GROUP BY agent_id, state
        """,
        row => (row.Uuid("agent_id"), row.Enum<RunState>("state"), row.Long("runs"), row.Long("calls")), ("ids", ids), ("since", since));

    public static async Task<IReadOnlyDictionary<Guid, LastRun>> LastAsync(Session session, Guid[] ids) => (await session.QueryAsync(
        $"""
        SELECT agent_run.id, agent_run.agent_id, agent_run.state, agent_run.created_at, agent_run.started_at FROM agent
        JOIN agent_run ON agent_run.id = (SELECT id FROM agent_run AS one WHERE one.agent_id = agent.id ORDER BY id DESC LIMIT 1) WHERE {session.Dialect.InList("agent.id", "ids")}
        """,
        row => (Agent: row.Uuid("agent_id"), Run: new LastRun(row.Uuid("id"), row.Enum<RunState>("state"), row.TimeOrNull("started_at") ?? row.Time("created_at"))), ("ids", ids)))
        .ToDictionary(one => one.Agent, one => one.Run);

    /// <summary>What each asked a model. A sum that leaves out what nobody knows is no sum.</summary>
    public static async Task<IReadOnlyDictionary<Guid, ModelCost>> QuestionsAsync(Session session, Guid[] ids, DateTimeOffset since) => (await session.QueryAsync(
        $"""
        SELECT agent_id, COUNT(*) AS questions, CAST(SUM(tokens_in) AS BIGINT) AS tokens_in, CAST(SUM(tokens_out) AS BIGINT) AS tokens_out, SUM(dollars) AS dollars, COUNT(*) - COUNT(dollars) AS unpriced
        FROM agent_question WHERE {session.Dialect.InList("agent_id", "ids")} AND asked_at >= @since GROUP BY agent_id
        """,
        row => (Agent: row.Uuid("agent_id"), Cost: new ModelCost(row.Long("questions"), row.Long("tokens_in"), row.Long("tokens_out"), row.Long("unpriced") == 0 ? row.DoubleOrNull("dollars") : null, row.Long("unpriced"))),
        ("ids", ids), ("since", since))).ToDictionary(one => one.Agent, one => one.Cost);
}
