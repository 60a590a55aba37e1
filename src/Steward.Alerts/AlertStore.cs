using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Alerts;

/// <summary>An alert of the fingerprint that was told since its last end and not kept back.</summary>
/// <param name="Severity">How urgent it was.</param>
/// <param name="Status">What had happened.</param>
/// <param name="At">When it was told.</param>
internal sealed record EarlierAlert(AlertSeverity Severity, string? Status, DateTimeOffset At);

/// <summary>The SQL of alerts.</summary>
internal static class AlertStore
{
    // What the cool-down looks at: far more than any cool-down lets through.
    private const int MostEarlier = 200;

    /// <summary>Writes an alert unless its key was told before. False then.</summary>
    public static async Task<bool> AddAsync(Session session, ToldAlert told)
    {
        var alert = told.Alert;
        return await session.ExecuteAsync(
            """
            INSERT INTO alert (id, key, fingerprint, severity, title, text, service, status, deployment_id, rollback_deployment_id, happened_at, link,
              correlation_id, is_resolved, state, because, is_open, told_at, environment, commit_sha, pull_request)
            VALUES (@id, @key, @fingerprint, @severity, @title, @text, @service, @status, @deployment, @rollback, @happened, @link,
              @correlation, @resolved, @state, @because, @open, @told, @environment, @commit, @pullRequest)
            ON CONFLICT (key) DO NOTHING
            """,
            ("id", told.Id), ("key", alert.Key), ("fingerprint", alert.Fingerprint), ("severity", alert.Severity), ("title", alert.Title), ("text", alert.Text),
            ("service", alert.Service), ("status", alert.Status), ("deployment", alert.DeploymentId), ("rollback", alert.RollbackDeploymentId),
            ("happened", UtcTime.Truncate(alert.Timestamp ?? told.ToldAt)), ("link", alert.Link), ("correlation", alert.CorrelationId),
            ("resolved", alert.IsResolved ? 1 : 0), ("state", told.State), ("because", told.Because),
            ("open", !alert.IsResolved && told.State == AlertState.Pending ? 1 : 0), ("told", told.ToldAt), ("environment", alert.Environment), ("commit", alert.CommitSha), ("pullRequest", alert.PullRequest)) == 1;
    }

    public static async Task<bool> KnowsAsync(Session session, string key) =>
        await session.NumberAsync("SELECT COUNT(*) FROM alert WHERE key = @key", ("key", key)) > 0;

    public static Task<ToldAlert?> FindAsync(Session session, Guid id) => session.FirstAsync("SELECT * FROM alert WHERE id = @id", Read, ("id", id));

    /// <summary>What was told of the fingerprint since its last end, newest first.</summary>
    public static Task<IReadOnlyList<EarlierAlert>> OpenAsync(Session session, string fingerprint) => session.QueryAsync(
        $"SELECT severity, status, told_at FROM alert WHERE fingerprint = @fingerprint AND is_open = 1 ORDER BY told_at DESC LIMIT {MostEarlier}",
        row => new EarlierAlert(row.Enum<AlertSeverity>("severity"), row.TextOrNull("status"), row.Time("told_at")), ("fingerprint", fingerprint));

    /// <summary>The channels that took, or may still take, something of the fingerprint since its last end.</summary>
    public static Task<IReadOnlyList<string>> HearersAsync(Session session, string fingerprint) => session.QueryAsync(
        """
        SELECT DISTINCT delivery.channel FROM alert_delivery delivery JOIN alert ON alert.id = delivery.alert_id
        WHERE alert.fingerprint = @fingerprint AND alert.is_open = 1 AND delivery.state IN ('pending', 'delivered', 'unknown')
        """,
        row => row.Text("channel"), ("fingerprint", fingerprint));

    /// <summary>What the fingerprint is about is over: from now on its alerts are news again.</summary>
    public static Task CloseAsync(Session session, string fingerprint) =>
        session.ExecuteAsync("UPDATE alert SET is_open = 0 WHERE fingerprint = @fingerprint AND is_open = 1", ("fingerprint", fingerprint));

    /// <summary>Moves an alert on. One that nobody got does not keep the next one about the same back.</summary>
    public static Task MoveAsync(Session session, Guid id, AlertState state, string? because) => session.ExecuteAsync(
        "UPDATE alert SET state = @state, because = @because, is_open = CASE WHEN @state = 'undelivered' THEN 0 ELSE is_open END WHERE id = @id",
        ("state", state), ("because", because), ("id", id));

    public static async Task<Page<ToldAlert>> ListAsync(Session session, AlertFilter filter, PageRequest page)
    {
        var conditions = new List<string> { "1 = 1" };
        var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
        foreach (var (column, value) in filter.Columns())
        {
            conditions.Add($"{column} = @{column}");
            parameters.Add((column, value));
        }

        if (Guid.TryParse(page.After, out var after))
        {
            conditions.Add("id < @after");
            parameters.Add(("after", after));
        }

        var rows = await session.QueryAsync($"SELECT * FROM alert WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit", Read, [.. parameters]);
        return page.Page(rows, told => told.Id.ToString());
    }

    private static ToldAlert Read(Row row) => new(row.Uuid("id"),
        new Alert(row.Text("key"), row.Text("fingerprint"), row.Enum<AlertSeverity>("severity"), row.Text("title"), row.Text("text"))
        {
            Service = row.TextOrNull("service"),
            Status = row.TextOrNull("status"),
            Environment = row.TextOrNull("environment"),
            CommitSha = row.TextOrNull("commit_sha"),
            PullRequest = row.IntOrNull("pull_request"),
            DeploymentId = row.TextOrNull("deployment_id"),
            RollbackDeploymentId = row.TextOrNull("rollback_deployment_id"),
            Timestamp = row.Time("happened_at"),
            Link = row.TextOrNull("link"),
            CorrelationId = row.TextOrNull("correlation_id"),
            IsResolved = row.Int("is_resolved") == 1,
        },
        row.Enum<AlertState>("state"), row.TextOrNull("because"), row.Time("told_at"));
}

/// <summary>Which alerts are wanted; what is null does not matter.</summary>
internal sealed record AlertFilter(AlertState? State = null, AlertSeverity? Severity = null, string? Service = null, string? Fingerprint = null)
{
    public IEnumerable<(string Column, object Value)> Columns()
    {
        if (State is { } state)
        {
            yield return ("state", state);
        }

        if (Severity is { } severity)
        {
            yield return ("severity", severity);
        }

        if (Service is not null)
        {
            yield return ("service", Service);
        }

        if (Fingerprint is not null)
        {
            yield return ("fingerprint", Fingerprint);
        }
    }
}
