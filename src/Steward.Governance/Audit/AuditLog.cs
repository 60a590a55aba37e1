using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Governance.Audit;

/// <summary>The append-only record of everything that was decided and done, and why. Rows are chained by their hashes.</summary>
public sealed class AuditLog(Database database, Redactor redactor, TimeProvider clock)
{
    /// <summary>The hash that stands before the first row.</summary>
    internal const string Genesis = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>
    /// Makes this transaction the only one that decides or writes audit rows, over all nodes, until it ends. Every
    /// transaction that counts before it decides begins with it.
    /// </summary>
    /// <exception cref="StorageException">The head is gone: somebody changed the store by hand.</exception>
    public static async Task<(long Seq, string Hash)> LockAsync(Session session)
    {
        var head = await session.FirstAsync<(long Seq, string? Hash)>(
            $"SELECT seq, hash FROM audit_head WHERE one = 1 {session.Dialect.ForUpdate}", row => (row.Long("seq"), row.Text("hash")));
        return head.Hash is { } hash
            ? (head.Seq, hash)
            : throw new StorageException("The head of the audit log is gone, so nothing can be decided. Somebody changed the store by hand: restore a backup.");
    }

    /// <summary>Writes a row in a transaction of the caller, redacted.</summary>
    public async Task AppendAsync(Session session, AuditEntry entry)
    {
        var head = await LockAsync(session);
        var clean = Clean(entry);
        var (seq, at) = (head.Seq + 1, clock.Now());
        var hash = AuditRow.ComputeHash(seq, at, clean, head.Hash);
        await session.ExecuteAsync(
            """
            INSERT INTO audit (seq, at, kind, actor, action, target, service, reason, evidence, call_id, call_hash, policy_version, correlation_id, detail, previous, hash)
            VALUES (@seq, @at, @kind, @actor, @action, @target, @service, @reason, @evidence, @call, @callHash, @policy, @correlation, @detail, @previous, @hash)
            """,
            ("seq", seq), ("at", at), ("kind", clean.Kind), ("actor", clean.Actor), ("action", clean.Action), ("target", clean.Target),
            ("service", clean.Service), ("reason", clean.Reason), ("evidence", Json.Write(clean.Evidence)), ("call", clean.CallId),
            ("callHash", clean.CallHash), ("policy", clean.PolicyVersion), ("correlation", clean.CorrelationId),
            ("detail", DetailText(clean.Detail)), ("previous", head.Hash), ("hash", hash));
        await session.ExecuteAsync("UPDATE audit_head SET seq = @seq, hash = @hash WHERE one = 1", ("seq", seq), ("hash", hash));
    }

    /// <summary>The text as it may be stored.</summary>
    internal string Redact(string text) => redactor.Redact(text);

    /// <summary>Arguments as they may be stored. What is approved and executed is bound to the hash of the real ones.</summary>
    internal JsonObject Redact(JsonObject arguments) => redactor.Redact(arguments);

    /// <summary>Writes a row.</summary>
    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        database.WriteAsync(session => AppendAsync(session, entry), cancellationToken);

    /// <summary>Rows, newest first; the cursor is a row's number.</summary>
    public Task<Page<AuditRow>> ListAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var conditions = new List<string> { "1 = 1" };
            var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
            foreach (var (column, value) in filter.Columns())
            {
                conditions.Add($"{column} = @{column}");
                parameters.Add((column, value));
            }

            if (long.TryParse(page.After, CultureInfo.InvariantCulture, out var after))
            {
                conditions.Add("seq < @after");
                parameters.Add(("after", after));
            }

            var rows = await session.QueryAsync($"SELECT * FROM audit WHERE {string.Join(" AND ", conditions)} ORDER BY seq DESC LIMIT @limit", Read, [.. parameters]);
            return page.Page(rows, row => row.Seq.ToString(CultureInfo.InvariantCulture));
        }, cancellationToken);

    /// <summary>All rows from the first on, read a thousand at a time.</summary>
    /// <exception cref="FormatException">A row's text is not as it was written.</exception>
    public async IAsyncEnumerable<AuditRow> AllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = long.MinValue;
        while (true)
        {
            var after = last;
            var rows = await database.ReadAsync(
                session => session.QueryAsync("SELECT * FROM audit WHERE seq > @after ORDER BY seq LIMIT 1000", ReadExactly, ("after", after)), cancellationToken);
            foreach (var row in rows)
            {
                yield return row;
            }

            if (rows.Count == 0)
            {
                yield break;
            }

            last = rows[^1].Seq;
        }
    }

    /// <summary>The number and hash of the last row, as the head remembers them.</summary>
    public Task<(long Seq, string Hash)> HeadAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstAsync("SELECT seq, hash FROM audit_head WHERE one = 1", row => (row.Long("seq"), row.Text("hash"))), cancellationToken);

    private static string DetailText(JsonObject detail) => Encoding.UTF8.GetString(CanonicalJson.Bytes(detail));

    // JSON says the same in many ways, and the hash is over what it says: another way than ours is an alteration, too.
    private static AuditRow ReadExactly(Row row)
    {
        var read = Read(row);
        return Json.Write(read.Entry.Evidence) == row.Text("evidence") && DetailText(read.Entry.Detail) == row.Text("detail")
            ? read
            : throw new FormatException("its evidence or detail is written in another way");
    }

    private static AuditRow Read(Row row) => new(
        row.Long("seq"),
        row.Time("at"),
        new AuditEntry(row.Text("kind"), row.Text("actor"))
        {
            Action = row.TextOrNull("action"),
            Target = row.TextOrNull("target"),
            Service = row.TextOrNull("service"),
            Reason = row.TextOrNull("reason"),
            Evidence = JsonSerializer.Deserialize<List<string>>(row.Text("evidence"), Json.Options) ?? [],
            CallId = row.UuidOrNull("call_id"),
            CallHash = row.TextOrNull("call_hash"),
            PolicyVersion = row.TextOrNull("policy_version"),
            CorrelationId = row.TextOrNull("correlation_id"),
            Detail = JsonNode.Parse(row.Text("detail")) as JsonObject ?? [],
        },
        row.Text("previous"),
        row.Text("hash"));

    private AuditEntry Clean(AuditEntry entry) => entry with
    {
        Actor = redactor.Redact(entry.Actor),
        Action = Clean(entry.Action),
        Target = Clean(entry.Target),
        Service = Clean(entry.Service),
        Reason = Clean(entry.Reason),
        CorrelationId = Clean(entry.CorrelationId),
        Evidence = [.. entry.Evidence.Select(redactor.Redact)],
        Detail = entry.Detail.Count == 0 ? entry.Detail : redactor.Redact(entry.Detail),
    };

    private string? Clean(string? text) => text is null ? null : redactor.Redact(text);
}
