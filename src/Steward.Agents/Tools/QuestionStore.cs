using Steward.Agents.Runs;
using Steward.Connectors.Models;
using Steward.Platform.Storage;

namespace Steward.Agents.Tools;

/// <summary>What a model was asked for.</summary>
internal enum QuestionPurpose
{
    /// <summary>For the agent, by its tool.</summary>
    Tool,

    /// <summary>For the summary of a run that has ended.</summary>
    Summary,
}

/// <summary>The SQL of what agents asked a model.</summary>
internal static class QuestionStore
{
    // Any number that no other lock has: "question" in ASCII.
    private const long Lock = 0x7175657374696F6E;

    /// <summary>How often one agent, and all together, asked by their tool since a time. Nobody else counts until the transaction ends, on any node.</summary>
    public static async Task<(long One, long All)> CountAsync(Session session, Guid agentId, DateTimeOffset since)
    {
        await session.OneAtATimeAsync(Lock);
        return (await session.NumberAsync("SELECT COUNT(*) FROM agent_question WHERE agent_id = @agent AND purpose = 'tool' AND asked_at > @since", ("agent", agentId), ("since", since)),
            await session.NumberAsync("SELECT COUNT(*) FROM agent_question WHERE purpose = 'tool' AND asked_at > @since", ("since", since)));
    }

    /// <summary>How often summaries were asked for since a time. Nobody else counts until the transaction ends, on any node.</summary>
    public static async Task<long> CountSummariesAsync(Session session, DateTimeOffset since)
    {
        await session.OneAtATimeAsync(Lock);
        return await session.NumberAsync("SELECT COUNT(*) FROM agent_question WHERE purpose = 'summary' AND asked_at > @since", ("since", since));
    }

    public static Task AddAsync(Session session, Guid id, Guid agentId, Guid runId, DateTimeOffset now, QuestionPurpose purpose = QuestionPurpose.Tool) => session.ExecuteAsync(
        "INSERT INTO agent_question (id, agent_id, run_id, asked_at, purpose) VALUES (@id, @agent, @run, @now, @purpose)", ("id", id), ("agent", agentId), ("run", runId), ("now", now), ("purpose", purpose));

    /// <summary>Forgets a question that was never asked.</summary>
    public static Task ReturnAsync(Session session, Guid id) => session.ExecuteAsync("DELETE FROM agent_question WHERE id = @id", ("id", id));

    public static Task AnsweredAsync(Session session, Guid id, ModelAnswer answer) => session.ExecuteAsync(
        "UPDATE agent_question SET model = @model, tokens_in = @in, tokens_out = @out, dollars = @dollars WHERE id = @id",
        ("model", answer.Model), ("in", answer.TokensIn), ("out", answer.TokensOut), ("dollars", answer.Dollars), ("id", id));

    /// <summary>What an agent asked, over all its runs that are kept; null when nothing.</summary>
    public static Task<ModelUse?> OfAgentAsync(Session session, Guid agentId, QuestionPurpose purpose) => OfAsync(session, "agent_id = @id AND purpose = @purpose", ("id", agentId), ("purpose", purpose));

    /// <summary>What a run asked, over all its attempts and for its summary; null when nothing.</summary>
    public static Task<ModelUse?> OfRunAsync(Session session, Guid runId) => OfAsync(session, "run_id = @id", ("id", runId));

    private static async Task<ModelUse?> OfAsync(Session session, string condition, params (string, object?)[] parameters) => await session.FirstAsync(
        $"SELECT COUNT(*) AS questions, CAST(COALESCE(SUM(tokens_in), 0) AS BIGINT) AS tokens_in, CAST(COALESCE(SUM(tokens_out), 0) AS BIGINT) AS tokens_out, SUM(dollars) AS dollars FROM agent_question WHERE {condition}",
        row => new ModelUse(row.Long("questions"), row.Long("tokens_in"), row.Long("tokens_out"), row.DoubleOrNull("dollars")), parameters) is { Questions: > 0 } use ? use : null;
}
