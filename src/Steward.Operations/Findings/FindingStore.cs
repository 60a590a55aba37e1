using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Platform.Storage;

namespace Steward.Operations.Findings;

/// <summary>The SQL of findings.</summary>
internal static class FindingStore
{
    /// <summary>Writes a finding unless its cause was found before. False then: whoever found it first acts on it.</summary>
    public static async Task<bool> AddAsync(Session session, Finding finding) => await session.ExecuteAsync(
        """
        INSERT INTO finding (id, cause, kind, service_id, service, deployment_id, severity, summary, evidence, decisions, state, outcome, correlation_id, happened_at, opened_at)
        VALUES (@id, @cause, @kind, @serviceId, @service, @deployment, @severity, @summary, @evidence, @decisions, @state, @outcome, @correlation, @happened, @opened)
        ON CONFLICT (cause) DO NOTHING
        """,
        ("id", finding.Id), ("cause", finding.Cause), ("kind", finding.Kind), ("serviceId", finding.ServiceId), ("service", finding.Service),
        ("deployment", finding.DeploymentId), ("severity", finding.Severity), ("summary", finding.Summary), ("evidence", Json.Write(finding.Evidence)),
        ("decisions", Json.Write(finding.Decisions)), ("state", finding.State), ("outcome", finding.Outcome), ("correlation", finding.CorrelationId),
        ("happened", UtcTime.Truncate(finding.HappenedAt)), ("opened", finding.OpenedAt)) == 1;

    public static Task<Finding?> FindAsync(Session session, Guid id) => session.FirstAsync("SELECT * FROM finding WHERE id = @id", Read, ("id", id));

    /// <summary>The causes among the given ones that were found before.</summary>
    public static async Task<IReadOnlySet<string>> KnownAsync(Session session, IReadOnlyCollection<string> causes)
    {
        var known = await session.QueryAsync($"SELECT cause FROM finding WHERE {session.Dialect.InList("cause", "causes")}", row => row.Text("cause"), ("causes", causes.ToArray()));
        return known.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Moves a finding on; one that has ended stays as it ended.</summary>
    public static Task MoveAsync(Session session, Guid id, FindingState state, string? outcome, DateTimeOffset now) => session.ExecuteAsync(
        "UPDATE finding SET state = @state, outcome = COALESCE(@outcome, outcome), closed_at = @closed WHERE id = @id AND closed_at IS NULL",
        ("state", state), ("outcome", outcome), ("closed", state is FindingState.Recovered or FindingState.Closed or FindingState.Stuck ? now : null), ("id", id));

    /// <summary>Keeps the log lines of a finding if none are kept yet, and gives those that are.</summary>
    public static async Task<string> KeepLogAsync(Session session, Guid id, string log)
    {
        await session.ExecuteAsync("UPDATE finding SET log = @log WHERE id = @id AND log IS NULL", ("log", log), ("id", id));
        return await session.FirstAsync("SELECT log FROM finding WHERE id = @id", row => row.Text("log"), ("id", id)) ?? log;
    }

    public static async Task<Page<Finding>> ListAsync(Session session, FindingState? state, string? service, PageRequest page)
    {
        var conditions = new List<string> { "1 = 1" };
        var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
        if (state is { } wanted)
        {
            conditions.Add("state = @state");
            parameters.Add(("state", wanted));
        }

        if (service is not null)
        {
            conditions.Add("(service = @service OR service_id = @service)");
            parameters.Add(("service", service));
        }

        if (Guid.TryParse(page.After, out var after))
        {
            conditions.Add("id < @after");
            parameters.Add(("after", after));
        }

        var rows = await session.QueryAsync($"SELECT * FROM finding WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit", Read, [.. parameters]);
        return page.Page(rows, finding => finding.Id.ToString());
    }

    private static Finding Read(Row row) => new(
        row.Uuid("id"), row.Text("cause"), row.Enum<FindingKind>("kind"), row.Text("service_id"), row.Text("service"), row.Text("deployment_id"),
        row.Text("severity"), row.Text("summary"), Json.Read<List<string>>(row.Text("evidence")), Json.Read<List<Decision>>(row.Text("decisions")),
        row.Enum<FindingState>("state"), row.TextOrNull("outcome"), row.Text("correlation_id"), row.Time("happened_at"), row.Time("opened_at"), row.TimeOrNull("closed_at"),
        row.TextOrNull("log"));
}
