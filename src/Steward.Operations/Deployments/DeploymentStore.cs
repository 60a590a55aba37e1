using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Operations.Deployments;

/// <summary>The SQL of deployments.</summary>
internal static class DeploymentStore
{
    /// <summary>How many deployments of a service a decision looks back on.</summary>
    public const int History = 20;

    /// <summary>Writes a deployment as it is now known to be.</summary>
    public static Task SaveAsync(Session session, IReadOnlyList<Deployment> deployments) => session.ExecuteManyAsync(
        """
        INSERT INTO deployment (id, service_id, service, state, raw_status, version, created_at, state_at, active_at, good_at, unhealthy_at, can_rollback, url)
        VALUES (@id, @serviceId, @service, @state, @raw, @version, @created, @stateAt, @active, @good, @unhealthy, @can, @url)
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, raw_status = excluded.raw_status, version = excluded.version, state_at = excluded.state_at,
          active_at = excluded.active_at, good_at = excluded.good_at, unhealthy_at = excluded.unhealthy_at, can_rollback = excluded.can_rollback, url = excluded.url
        """,
        [.. deployments.Select(one => new (string, object?)[]
        {
            ("id", one.Id), ("serviceId", one.ServiceId), ("service", one.Service), ("state", one.State), ("raw", one.RawStatus), ("version", one.Version),
            ("created", UtcTime.Truncate(one.CreatedAt)), ("stateAt", UtcTime.Truncate(one.StateAt)), ("active", one.ActiveAt), ("good", one.GoodAt),
            ("unhealthy", one.UnhealthyAt), ("can", one.CanRollback ? 1 : 0), ("url", one.Url),
        })]);

    /// <summary>Marks a deployment that Steward replaces, or has replaced.</summary>
    public static Task MarkAsync(Session session, string id, DeploymentState state, DateTimeOffset now) => session.ExecuteAsync(
        "UPDATE deployment SET state = @state, state_at = @now WHERE id = @id AND state <> 'rolledBack'", ("state", state), ("now", now), ("id", id));

    /// <summary>Marks a deployment that the provider accepted to start once more after it had crashed at the given time, by the provider's clock.</summary>
    public static Task RestartedAsync(Session session, string id, DateTimeOffset crashedAt) => session.ExecuteAsync(
        """
        UPDATE deployment SET restarted_at = @crashed,
          restarts = CASE WHEN restarts_since >= @before THEN restarts + 1 ELSE 1 END,
          restarts_since = CASE WHEN restarts_since >= @before THEN restarts_since ELSE @crashed END
        WHERE id = @id AND restarted_at IS NULL
        """,
        ("crashed", crashedAt), ("before", crashedAt - Deployment.RestartDay), ("id", id));

    /// <summary>Marks deployments that serve well since they were started once more: a crash from now on is another trouble.</summary>
    public static Task ForgiveAsync(Session session, IEnumerable<Deployment> deployments) => session.ExecuteManyAsync(
        "UPDATE deployment SET restarted_at = NULL, restart_failed_at = NULL WHERE id = @id", [.. deployments.Select(one => new (string, object?)[] { ("id", one.Id) })]);

    /// <summary>Marks a deployment that is not to be trusted. False when it is not known yet.</summary>
    public static async Task<bool> DistrustAsync(Session session, string id, string why) => await session.ExecuteAsync(
        "UPDATE deployment SET distrust = COALESCE(distrust, @why) WHERE id = @id", ("why", why), ("id", id)) == 1;

    /// <summary>Marks a deployment that is trusted again: it was seen to serve well.</summary>
    public static Task TrustAsync(Session session, string id) => session.ExecuteAsync("UPDATE deployment SET distrust = NULL WHERE id = @id", ("id", id));

    /// <summary>True when Steward has replaced the deployment and the replacement serves.</summary>
    public static async Task<bool> IsRolledBackAsync(Session session, string id) =>
        await session.NumberAsync("SELECT COUNT(*) FROM deployment WHERE id = @id AND state = 'rolledBack'", ("id", id)) > 0;

    /// <summary>The latest deployments of one service, newest first.</summary>
    public static Task<IReadOnlyList<Deployment>> OfServiceAsync(Session session, string serviceId) => session.QueryAsync(
        "SELECT * FROM deployment WHERE service_id = @service ORDER BY created_at DESC, id DESC LIMIT @history", Read, ("service", serviceId), ("history", History));

    /// <summary>Marks a deployment that starting once more did not help.</summary>
    public static Task RestartFailedAsync(Session session, string id, DateTimeOffset now) => session.ExecuteAsync(
        "UPDATE deployment SET restart_failed_at = @now WHERE id = @id", ("now", now), ("id", id));

    // From the last one that a decision looks back on: ranking them all would read years of them at every turn. SQLite takes
    // the tables of a CROSS JOIN in the order in which they stand, https://sqlite.org/optoverview.html#crossjoin
    internal const string RecentSql =
        """
        SELECT deployment.* FROM service CROSS JOIN deployment
        WHERE deployment.service_id = service.id AND deployment.created_at >= COALESCE(
          (SELECT older.created_at FROM deployment AS older WHERE older.service_id = service.id ORDER BY older.created_at DESC LIMIT 1 OFFSET @before), @ever)
        ORDER BY deployment.service_id, deployment.created_at DESC, deployment.id DESC
        """;

    /// <summary>The latest deployments of every watched service, newest first within a service: <see cref="History"/> of them, and those that began at the same instant.</summary>
    public static async Task<ILookup<string, Deployment>> RecentAsync(Session session)
    {
        var all = await session.QueryAsync(RecentSql, Read, ("before", History - 1), ("ever", DateTimeOffset.UnixEpoch));
        return all.ToLookup(deployment => deployment.ServiceId, StringComparer.Ordinal);
    }

    /// <summary>Deployments, newest first, all or those of one service.</summary>
    public static async Task<Page<Deployment>> ListAsync(Session session, string? service, PageRequest page)
    {
        var conditions = new List<string> { "1 = 1" };
        var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
        if (service is not null)
        {
            conditions.Add("(service = @service OR service_id = @service)");
            parameters.Add(("service", service));
        }

        if (page.After is { } cursor && TryRead(cursor, out var at, out var id))
        {
            conditions.Add("(created_at < @at OR (created_at = @at AND id < @id))");
            parameters.AddRange([("at", UtcTime.Truncate(at)), ("id", id)]);
        }

        var rows = await session.QueryAsync(
            $"SELECT * FROM deployment WHERE {string.Join(" AND ", conditions)} ORDER BY created_at DESC, id DESC LIMIT @limit", Read, [.. parameters]);
        return page.Page(rows, row => $"{UtcTime.ToText(row.CreatedAt)}~{row.Id}");
    }

    /// <summary>True for a cursor of this list: the time and the id of its last item.</summary>
    public static bool IsCursor(string text) => TryRead(text, out _, out _);

    private static bool TryRead(string cursor, out DateTimeOffset at, out string id)
    {
        (at, id) = (default, "");
        if (cursor.Split('~', 2) is not [var time, var last])
        {
            return false;
        }

        id = last;
        return DateTimeOffset.TryParse(time, System.Globalization.CultureInfo.InvariantCulture, out at);
    }

    private static Deployment Read(Row row) => new(
        row.Text("id"), row.Text("service_id"), row.Text("service"), row.Enum<DeploymentState>("state"), row.Text("raw_status"), row.TextOrNull("version"),
        row.Time("created_at"), row.Time("state_at"), row.TimeOrNull("active_at"), row.TimeOrNull("good_at"), row.Int("can_rollback") == 1, row.TextOrNull("url"),
        row.TimeOrNull("restarted_at"), row.TimeOrNull("restart_failed_at"), row.TimeOrNull("unhealthy_at"), row.TextOrNull("distrust"))
    {
        Restarts = row.Int("restarts"),
        RestartsSince = row.TimeOrNull("restarts_since"),
    };
}
