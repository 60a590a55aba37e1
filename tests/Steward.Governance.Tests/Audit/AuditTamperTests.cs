using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Testing;

namespace Steward.Governance.Tests.Audit;

public sealed class AuditTamperTestsOnSqlite() : AuditTamperTests(StoreKind.Sqlite);

public sealed class AuditTamperTestsOnPostgres() : AuditTamperTests(StoreKind.Postgres);

/// <summary>Somebody with the store's password changes the log by hand.</summary>
public abstract class AuditTamperTests(StoreKind kind) : GovernanceTest(kind)
{
    private const int Rows = 6;

    private static readonly string[] Texts =
        ["kind", "actor", "action", "target", "service", "reason", "evidence", "call_hash", "policy_version", "correlation_id", "detail", "previous", "hash"];

    private static readonly string[] Nullable = ["action", "target", "service", "reason", "call_id", "call_hash", "policy_version", "correlation_id"];

    public static TheoryData<string, string> Tricks => new()
    {
        { "first row removed", "DELETE FROM audit WHERE seq = 1" },
        { "middle row removed", "DELETE FROM audit WHERE seq = 3" },
        { "last row removed", "DELETE FROM audit WHERE seq = 6" },
        { "last rows removed", "DELETE FROM audit WHERE seq > 2" },
        { "all rows removed", "DELETE FROM audit" },
        { "all rows removed and the head reset", "DELETE FROM audit WHERE seq > 1; UPDATE audit_head SET seq = 0, hash = '0000000000000000000000000000000000000000000000000000000000000000'" },
        { "two rows swapped", "UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 99" },
        { "row copied to the end", Copy("7", "hash", "'c'") },
        { "row copied before the first", Copy("0", "hash", "'0'") },
        { "row copied below zero", Copy("-5", "hash", "'0'") },
        { "head's number too low", "UPDATE audit_head SET seq = seq - 1" },
        { "head's number too high", "UPDATE audit_head SET seq = seq + 1" },
        { "head's hash", "UPDATE audit_head SET hash = '1000000000000000000000000000000000000000000000000000000000000000'" },
        { "head reset", "UPDATE audit_head SET seq = 0, hash = '0000000000000000000000000000000000000000000000000000000000000000'" },
        { "head gone", "DELETE FROM audit_head" },
        { "time moved by a microsecond", "" },
        { "id of a call", "UPDATE audit SET call_id = '01890000-0000-7000-8000-000000000000' WHERE seq = 2" },
        { "json written in another way", "UPDATE audit SET detail = ' ' || detail WHERE seq = 2" },
        { "json with a member twice", """UPDATE audit SET detail = '{"key":"evil",' || substr(detail, 2) WHERE seq = 2""" },
        { "evidence written in another way", "UPDATE audit SET evidence = evidence || ' ' WHERE seq = 2" },
        { "evidence is null", "UPDATE audit SET evidence = 'null' WHERE seq = 3" },
        { "detail is an array", "UPDATE audit SET detail = '[]' WHERE seq = 3" },
    };

    private static string Copy(string seq, string previous, string hash) =>
        $"""
        INSERT INTO audit SELECT {seq}, at, kind, actor, action, target, service, reason, evidence, call_id, call_hash, policy_version, correlation_id, detail, {previous}, {hash}
        FROM audit WHERE seq = 6
        """;

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task Tampering_is_found(string trick, string sql)
    {
        await WriteAsync();
        await OpenTheLogAsync();
        if (sql.Length == 0)
        {
            sql = Kind == StoreKind.Postgres
                ? "UPDATE audit SET at = at + interval '1 microsecond' WHERE seq = 4"
                : "UPDATE audit SET at = substr(at, 1, 25) || '1Z' WHERE seq = 4";
        }

        Assert.True((await Node.VerifyAsync()).IsWhole);
        foreach (var statement in sql.Split(';'))
        {
            await ExecuteAsync(statement);
        }

        var verification = await Node.VerifyAsync();
        Assert.False(verification.IsWhole, $"{trick} was not found.");
    }

    [Fact]
    public async Task A_change_of_any_column_of_any_row_is_found()
    {
        await WriteAsync();
        await OpenTheLogAsync();
        await ExecuteAsync("CREATE TABLE kept AS SELECT * FROM audit");
        var unfound = new List<string>();
        for (var seq = 1; seq <= Rows; seq++)
        {
            foreach (var column in Texts)
            {
                await TryAsync($"UPDATE audit SET {column} = COALESCE({column}, '') || 'x' WHERE seq = {seq}");
                await TryAsync($"UPDATE audit SET {column} = '' WHERE seq = {seq} AND ({column} IS NULL OR {column} <> '')");
                await TryAsync($"UPDATE audit SET {column} = upper({column}) WHERE seq = {seq} AND upper({column}) <> {column}");
            }

            foreach (var column in Nullable)
            {
                await TryAsync($"UPDATE audit SET {column} = NULL WHERE seq = {seq} AND {column} IS NOT NULL");
            }

            await TryAsync($"UPDATE audit SET seq = seq + 100 WHERE seq = {seq}");
            if (Kind == StoreKind.Sqlite)
            {
                await TryAsync($"UPDATE audit SET call_id = upper(call_id) WHERE seq = {seq} AND upper(call_id) <> call_id");
                await TryAsync($"UPDATE audit SET at = at || ' ' WHERE seq = {seq}");
            }
        }

        Assert.Empty(unfound);
        Assert.True((await Node.VerifyAsync()).IsWhole);

        async Task TryAsync(string sql)
        {
            if (await ExecuteAsync(sql) == 0)
            {
                return;
            }

            if ((await Node.VerifyAsync()).IsWhole)
            {
                unfound.Add(sql);
            }

            await ExecuteAsync("DELETE FROM audit");
            await ExecuteAsync("INSERT INTO audit SELECT * FROM kept");
        }
    }

    [Theory]
    [InlineData("UPDATE audit SET reason = 'another' WHERE seq = 1")]
    [InlineData("DELETE FROM audit WHERE seq = 1")]
    [InlineData("DELETE FROM audit")]
    public async Task The_store_itself_refuses_to_change_the_log(string sql)
    {
        await WriteAsync();

        var error = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => ExecuteAsync(sql));

        Assert.Contains("append-only", error.Message, StringComparison.Ordinal);
        Assert.True((await Node.VerifyAsync()).IsWhole);
    }

    [Fact]
    public async Task An_anchor_finds_a_log_that_was_written_anew()
    {
        await WriteAsync();
        var noted = await Node.Audit.HeadAsync(Cancellation);
        await WriteAsync();
        Assert.True((await Node.VerifyAsync(noted)).IsWhole);
        Assert.True((await Node.VerifyAsync(await Node.Audit.HeadAsync(Cancellation))).IsWhole);

        Assert.Contains("anchor", (await Node.VerifyAsync((noted.Seq, new string('1', 64)))).Fault!, StringComparison.Ordinal);
        Assert.Contains("anchor", (await Node.VerifyAsync((1000, noted.Hash))).Fault!, StringComparison.Ordinal);
        Assert.Contains("anchor", (await Node.VerifyAsync((0, noted.Hash))).Fault!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_is_verified_while_others_write_it()
    {
        var other = await AnotherNodeAsync();
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await other.Audit.AppendAsync(new AuditEntry(AuditKinds.Decision, "writer"), CancellationToken.None);
            }
        }, Cancellation);

        for (var i = 0; i < 20; i++)
        {
            Assert.Null((await Node.VerifyAsync()).Fault);
        }

        await enough.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task A_long_log_is_verified()
    {
        var rows = LongForm.Or(2_500, 100_000);
        for (var written = 0; written < rows; written += 500)
        {
            await Store.Database.WriteAsync(async session =>
            {
                for (var i = 0; i < 500; i++)
                {
                    await Node.Audit.AppendAsync(session, Entry(i));
                }
            }, Cancellation);
        }

        var verification = await Node.VerifyAsync();
        Assert.Equal((rows, null), (verification.Rows, verification.Fault));
    }

    [Fact]
    public async Task An_empty_log_is_whole() => Assert.Equal(new AuditVerification(0, AuditLog.Genesis, null), await Node.VerifyAsync());

    private async Task WriteAsync()
    {
        for (var i = 0; i < Rows; i++)
        {
            await Node.Audit.AppendAsync(Entry(i), Cancellation);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private AuditEntry Entry(int i) => new(AuditKinds.Decision, "operations")
    {
        Action = "railway.deployment.rollback",
        Target = $"deployment/{i}",
        Service = i % 2 == 0 ? "web" : null,
        Reason = i % 3 == 0 ? null : "why",
        Evidence = i % 2 == 0 ? [] : ["a", "b"],
        CallId = Ids.New(Clock),
        CallHash = new string('a', 64),
        PolicyVersion = "p1",
        CorrelationId = "c",
        Detail = new JsonObject { ["key"] = $"k{i}", ["confidence"] = 0.95, ["arguments"] = new JsonObject { ["z"] = 1, ["a"] = null } },
    };

    private async Task OpenTheLogAsync()
    {
        foreach (var sql in Kind == StoreKind.Postgres
            ? new[] { "DROP TRIGGER audit_no_change ON audit", "DROP TRIGGER audit_no_truncate ON audit" }
            : ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"])
        {
            await ExecuteAsync(sql);
        }
    }

    private Task<int> ExecuteAsync(string sql) => Store.Database.WriteAsync(session => session.ExecuteAsync(sql), Cancellation);
}
