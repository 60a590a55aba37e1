using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Governance.Approvals;

/// <summary>The SQL of approvals.</summary>
internal static class ApprovalStore
{
    public static Task AddAsync(Session session, Approval approval) => session.ExecuteAsync(
        """
        INSERT INTO approval (id, call_id, key, actor, action, target, service, arguments, hash, policy_version, rule, because, reason, evidence,
          confidence, correlation_id, state, requested_at, expires_at)
        VALUES (@id, @call, @key, @actor, @action, @target, @service, @arguments, @hash, @policy, @rule, @because, @reason, @evidence,
          @confidence, @correlation, @state, @requested, @expires)
        """,
        ("id", approval.Id), ("call", approval.CallId), ("key", approval.Key), ("actor", approval.Actor), ("action", approval.Action),
        ("target", approval.Target), ("service", approval.Service), ("arguments", Json.Write(approval.Arguments)), ("hash", approval.Hash),
        ("policy", approval.PolicyVersion), ("rule", approval.Rule), ("because", approval.Because), ("reason", approval.Reason),
        ("evidence", Json.Write(approval.Evidence)), ("confidence", approval.Confidence), ("correlation", approval.CorrelationId),
        ("state", approval.State), ("requested", approval.RequestedAt), ("expires", approval.ExpiresAt));

    public static Task<Approval?> FindAsync(Session session, Guid id) =>
        session.FirstAsync("SELECT * FROM approval WHERE id = @id", Read, ("id", id));

    /// <summary>Moves an approval on, if it still is where it is believed to be.</summary>
    public static async Task<bool> MoveAsync(Session session, Guid id, ApprovalState from, ApprovalState to) =>
        await session.ExecuteAsync("UPDATE approval SET state = @to WHERE id = @id AND state = @from", ("to", to), ("id", id), ("from", from)) == 1;

    public static async Task<bool> DecideAsync(Session session, Guid id, ApprovalState to, string by, DateTimeOffset at, string? reason) =>
        await session.ExecuteAsync(
            "UPDATE approval SET state = @to, decided_by = @by, decided_at = @at, decision_reason = @reason WHERE id = @id AND state = 'pending'",
            ("to", to), ("by", by), ("at", at), ("reason", reason), ("id", id)) == 1;

    public static async Task<Page<Approval>> ListAsync(Session session, ApprovalState? state, PageRequest page)
    {
        var conditions = new List<string> { "1 = 1" };
        var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
        if (state is { } wanted)
        {
            conditions.Add("state = @state");
            parameters.Add(("state", wanted));
        }

        if (Guid.TryParse(page.After, out var after))
        {
            conditions.Add("id < @after");
            parameters.Add(("after", after));
        }

        var rows = await session.QueryAsync($"SELECT * FROM approval WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit", Read, [.. parameters]);
        return page.Page(rows, approval => approval.Id.ToString());
    }

    private static Approval Read(Row row) => new(
        row.Uuid("id"), row.Uuid("call_id"), row.Text("key"), row.Text("actor"), row.Text("action"), row.Text("target"), row.TextOrNull("service"),
        JsonNode.Parse(row.Text("arguments"))!.AsObject(), row.Text("hash"), row.Text("policy_version"), row.Text("rule"), row.Text("because"),
        row.Text("reason"), Json.Read<List<string>>(row.Text("evidence")), row.DoubleOrNull("confidence") ?? 0, row.Text("correlation_id"),
        row.Enum<ApprovalState>("state"), row.Time("requested_at"), row.Time("expires_at"),
        row.TextOrNull("decided_by"), row.TimeOrNull("decided_at"), row.TextOrNull("decision_reason"));
}
