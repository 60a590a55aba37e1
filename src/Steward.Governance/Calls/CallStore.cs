using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Governance.Calls;

/// <summary>The SQL of executions.</summary>
internal static class CallStore
{
    private const string Columns =
        "id, key, actor, action, target, service, hash, correlation_id, state, serial, policy_version, approval_id, waiting_work, permit_expires_at, started_at, detail, is_asked, occasion";

    internal const string RecentSql =
        """
        SELECT service FROM governed_call
        WHERE permitted_at > @since AND guarded = 1 AND is_asked = 0 AND key <> @key AND state IN ('permitted', 'started', 'succeeded', 'unknown')
        """;

    internal const string RollbacksSql =
        "SELECT COUNT(*) FROM governed_call WHERE service = @service AND action LIKE '%.rollback' AND started_at > @since AND is_asked = 0 AND state IN ('started', 'succeeded', 'unknown')";

    public static Task<CallRecord?> FindAsync(Session session, string key) =>
        session.FirstAsync($"SELECT {Columns} FROM governed_call WHERE key = @key", Read, ("key", key));

    public static Task<CallRecord?> FindAsync(Session session, Guid id) =>
        session.FirstAsync($"SELECT {Columns} FROM governed_call WHERE id = @id", Read, ("id", id));

    /// <summary>The last execution of a call that was asked for on an occasion.</summary>
    public static Task<CallRecord?> FindAsync(Session session, string actor, string hash, string occasion) => session.FirstAsync(
        $"SELECT {Columns} FROM governed_call WHERE occasion = @occasion AND actor = @actor AND hash = @hash ORDER BY id DESC LIMIT 1", Read, ("occasion", occasion), ("actor", actor), ("hash", hash));

    /// <summary>Writes what was decided about an execution: a new row, or over an unfinished old one.</summary>
    public static Task DecideAsync(Session session, CallRecord record, JsonObject arguments, bool guarded, DateTimeOffset now) => session.ExecuteAsync(
        """
        INSERT INTO governed_call (id, key, actor, action, target, service, arguments, hash, correlation_id, state, serial, policy_version, guarded,
          approval_id, waiting_work, created_at, permitted_at, permit_expires_at, detail, is_asked, occasion)
        VALUES (@id, @key, @actor, @action, @target, @service, @arguments, @hash, @correlation, @state, @serial, @policy, @guarded,
          @approval, @waiting, @now, @permitted, @expires, @detail, @asked, @occasion)
        ON CONFLICT (key) DO UPDATE SET actor = excluded.actor, action = excluded.action, target = excluded.target, service = excluded.service,
          arguments = excluded.arguments, hash = excluded.hash, correlation_id = excluded.correlation_id, state = excluded.state,
          serial = excluded.serial, policy_version = excluded.policy_version, guarded = excluded.guarded, approval_id = excluded.approval_id,
          waiting_work = excluded.waiting_work, permitted_at = excluded.permitted_at, permit_expires_at = excluded.permit_expires_at, detail = excluded.detail, is_asked = excluded.is_asked, occasion = excluded.occasion
        """,
        ("id", record.Id), ("key", record.Key), ("actor", record.Actor), ("action", record.Action), ("target", record.Target), ("service", record.Service),
        ("arguments", Json.Write(arguments)), ("hash", record.Hash), ("correlation", record.CorrelationId), ("state", record.State),
        ("serial", record.Serial), ("policy", record.PolicyVersion), ("guarded", guarded ? 1 : 0), ("approval", record.ApprovalId), ("waiting", record.WaitingWork),
        ("now", now), ("permitted", record.State == CallState.Permitted ? now : null), ("expires", record.PermitExpiresAt), ("detail", record.Detail),
        ("asked", record.IsAsked ? 1 : 0), ("occasion", record.Occasion));

    /// <summary>Marks a redeemed permit: from now on the request may have left.</summary>
    public static Task StartAsync(Session session, Guid id, DateTimeOffset now) =>
        session.ExecuteAsync("UPDATE governed_call SET state = 'started', started_at = @now WHERE id = @id", ("now", now), ("id", id));

    /// <summary>Makes every permit of the execution void.</summary>
    public static Task VoidPermitAsync(Session session, Guid id, CallState state) =>
        session.ExecuteAsync("UPDATE governed_call SET serial = serial + 1, state = @state WHERE id = @id", ("state", state), ("id", id));

    /// <summary>Moves an execution on, if it still is where it is believed to be.</summary>
    public static async Task<bool> MoveAsync(Session session, Guid id, long serial, CallState[] from, CallState to, string? detail, DateTimeOffset now) =>
        await session.ExecuteAsync(
            $"UPDATE governed_call SET state = @to, detail = @detail, completed_at = @now WHERE id = @id AND serial = @serial AND {session.Dialect.InList("state", "from")}",
            ("to", to), ("detail", detail), ("now", now), ("id", id), ("serial", serial), ("from", from.Select(state => Row.EnumText(state)).ToArray())) == 1;

    /// <summary>Guarded calls that were permitted since without a person's asking, of those that change a service or of the others, and the services that they change. A permit that was given back unused does not count.</summary>
    public static async Task<(int Actions, IReadOnlySet<string> Services)> RecentAsync(Session session, string exceptKey, bool changingServices, DateTimeOffset since)
    {
        var services = await session.QueryAsync(
            RecentSql, row => row.TextOrNull("service"), ("since", since), ("key", exceptKey));
        return (services.Count(service => service is not null == changingServices), services.OfType<string>().ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>How often a service was rolled back since without a person's asking, counting what may have happened.</summary>
    public static Task<long> RollbacksAsync(Session session, string service, DateTimeOffset since) => session.NumberAsync(
        RollbacksSql, ("service", service), ("since", since));

    private static CallRecord Read(Row row) => new(
        row.Uuid("id"), row.Text("key"), row.Text("actor"), row.Text("action"), row.Text("target"), row.TextOrNull("service"), row.Text("hash"),
        row.Text("correlation_id"), row.Enum<CallState>("state"), row.Long("serial"), row.Text("policy_version"), row.UuidOrNull("approval_id"),
        row.UuidOrNull("waiting_work"), row.TimeOrNull("permit_expires_at"), row.TimeOrNull("started_at"), row.TextOrNull("detail"), row.Int("is_asked") == 1, row.TextOrNull("occasion"));
}
