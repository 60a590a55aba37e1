using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Governance.Elevations;
using Steward.Governance.Policies;
using Steward.Governance.Stops;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Testing;

namespace Steward.Governance.Tests.Audit;

public sealed class AuditSecretTestsOnSqlite() : AuditSecretTests(StoreKind.Sqlite);

public sealed class AuditSecretTestsOnPostgres() : AuditSecretTests(StoreKind.Postgres);

public abstract class AuditSecretTests(StoreKind kind) : GovernanceTest(kind)
{
    private const string Secret = "S3CR3T-value-of-ours";

    [Fact]
    public async Task A_secret_reaches_no_column_of_any_table()
    {
        Node.Redactor.Know(Secret);
        string[] shapes = [Secret, $"password={Secret[..8]}zzz1", "ghp_S3CR3TS3CR3TS3CR3TS3CR3T", $"https://u:{Secret}@h/"];
        for (var i = 0; i < shapes.Length; i++)
        {
            await LeakAsync($"{i}", shapes[i]);
        }

        var text = await AllTextAsync();
        Assert.Contains("[redacted]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("S3CR3T", text, StringComparison.Ordinal);
        Assert.Null((await Node.VerifyAsync()).Fault);
    }

    private async Task LeakAsync(string key, string secret)
    {
        var arguments = new JsonObject
        {
            ["note"] = secret,
            ["password"] = "S3CR3T",
            ["deep"] = new JsonObject { ["apiKey"] = "S3CR3T", ["list"] = new JsonArray(secret) },
        };
        var request = new CallRequest($"k{key}", Operations, new Call("railway.deployment.redeploy", $"deployment/{secret}", arguments, "web"), $"why {secret}", $"c{key}")
        {
            Evidence = ["line one", $"line two {secret}"],
        };

        // Asked, approved, failed, resolved.
        var waiting = await WaitingAsync(request);
        await Node.Approvals.HandleAsync(waiting.ApprovalId, true, Anna, $"fine {secret}", Cancellation);
        await Node.Approvals.HandleAsync(waiting.ApprovalId, true, Anna, $"again {secret}", Cancellation);
        var permit = await PermittedAsync(request);
        await Assert.ThrowsAsync<ConnectorException>(() => permit.RunAsync<int>(request.Call,
            _ => throw new ConnectorException("railway", "Redeploy", $"broke {secret}"), _ => null, Cancellation));
        await Node.Gate.ResolveAsync(permit.CallId, true, $"found {secret}", Cancellation);

        // Denied by a person; done; refused.
        var second = await WaitingAsync(request with { Key = $"d{key}" });
        await Node.Approvals.HandleAsync(second.ApprovalId, false, Anna, $"no {secret}", Cancellation);
        await RunAsync(await ApprovedPermitAsync(request with { Key = $"e{key}" }), send: null);
        await Node.Gate.AskAsync(request with { Key = $"e{key}", Actor = new Actor("agent:x"), Reason = secret }, Cancellation);

        // Elevated and stopped.
        await Node.Elevate.HandleAsync(new ElevationRequest("operations", "web", AutonomyLevel.Manual, $"night {secret}", 5), Anna, Cancellation);
        await Node.Switches.RaiseAsync(StopScope.Actor, "agent:x", $"fire {secret}", Anna, Cancellation);
        await Node.Gate.AskAsync(request with { Key = $"h{key}", Actor = new Actor("agent:x") }, Cancellation);
        await Node.Switches.LiftAsync(StopScope.Actor, "agent:x", $"out {secret}", Anna, Cancellation);
        await Node.Audit.AppendAsync(new AuditEntry(AuditKinds.Decision, "operations")
        {
            Reason = secret,
            CorrelationId = secret,
            Evidence = [secret],
            Detail = new JsonObject { ["token"] = "S3CR3T", ["x"] = new JsonArray(new JsonObject { ["y"] = secret }) },
        }, Cancellation);
    }

    private Task<string> AllTextAsync() => Store.Database.ReadAsync(async session =>
    {
        var all = new List<string>();
        foreach (var table in new[] { "audit", "approval", "governed_call", "stop", "elevation", "work" })
        {
            var columns = session.Dialect == Dialect.Postgres
                ? await session.QueryAsync("SELECT column_name AS name FROM information_schema.columns WHERE table_name = @table", row => row.Text("name"), ("table", table))
                : await session.QueryAsync("SELECT name FROM pragma_table_info(@table)", row => row.Text("name"), ("table", table));
            Assert.NotEmpty(columns);
            foreach (var column in columns)
            {
                all.AddRange(await session.QueryAsync($"SELECT CAST({column} AS TEXT) AS value FROM {table} WHERE {column} IS NOT NULL", row => row.Text("value")));
            }
        }

        return string.Join('\n', all);
    }, Cancellation);
}
