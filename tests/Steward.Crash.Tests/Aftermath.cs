using Microsoft.Extensions.Options;
using Steward.Platform.Storage;
using Steward.Simulation;

namespace Steward.Crash.Tests;

/// <summary>What is left when everything is over: the world's own record against the store's.</summary>
internal sealed class Aftermath(Scene scene)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Waits for the end, kills the server once more, and checks that everything happened once and nothing is left half done.</summary>
    public async Task IsOneRecoveryAsync(int approvals = 0)
    {
        await scene.UntilOverAsync();
        await scene.KillAsync();
        TheWorldSawOneRecovery(approvals > 0);
        await using var database = await OpenAsync();
        Assert.Equal(["recovered"], await LinesAsync(database, "state", "FROM finding"));
        Assert.Equal(
            ["operations.issue succeeded", "operations.issue-news succeeded", "operations.roll-back succeeded", "operations.tell succeeded", "operations.verify succeeded"],
            await LinesAsync(database, "kind || ' ' || state", "FROM work WHERE kind LIKE 'operations.%' AND kind NOT IN ('operations.watch', 'operations.event') ORDER BY kind"));
        Assert.All(await LinesAsync(database, "state", "FROM work WHERE kind = 'alerts.deliver'"), state => Assert.Equal("succeeded", state));
        // What providers reported only wakes the loop: how many there are is chance, that none was given up is not.
        Assert.Empty(await LinesAsync(database, "occurrence", "FROM work WHERE kind = 'operations.event' AND state NOT IN ('succeeded', 'pending', 'running')"));
        Assert.Equal(
            ["github.comment.put succeeded", "github.issue.create succeeded", "railway.deployment.rollback succeeded"],
            await LinesAsync(database, "action || ' ' || state", "FROM governed_call WHERE action <> 'alert.send' ORDER BY action"));
        Assert.All(await LinesAsync(database, "state", "FROM governed_call WHERE action = 'alert.send'"), state => Assert.Equal("succeeded", state));
        Assert.Equal(Enumerable.Repeat("used", approvals), await LinesAsync(database, "state", "FROM approval"));
        await EveryStartHasItsEndAsync(database);
        await TheChainIsWholeAsync();
    }

    /// <summary>Checks that the audit log of a killed server is whole, as people would: with the program, without a server.</summary>
    public async Task TheChainIsWholeAsync()
    {
        if (scene.ConnectionString.Length > 0)
        {
            return; // The program reads a directory; what is in a database, a running server checks.
        }

        await using var verify = ServerProcess.Launch(scene.DataDirectory, new Dictionary<string, string>(), "audit", "verify", "--data", scene.DataDirectory);
        Assert.True(await verify.ExitAsync(Cancellation) == 0, verify.Words);
    }

    /// <summary>How everything stands, for the message of a test that failed.</summary>
    public async Task<string> DescribeAsync()
    {
        var lines = scene.World.Mutations.Select(mutation => $"mutation {mutation.At:HH:mm:ss.fff} {mutation.Operation} {mutation.Target} {mutation.Detail}").ToList();
        try
        {
            await using var database = await OpenAsync();
            lines.AddRange(await LinesAsync(database, "'finding ' || cause || ' ' || state || ': ' || COALESCE(outcome, '')", "FROM finding"));
            lines.AddRange(await LinesAsync(database, "'work ' || kind || ' ' || state || ' attempt ' || attempt || ' next ' || COALESCE(CAST(next_at AS TEXT), '-') || ' ' || COALESCE(lease_owner, '') || ': ' || COALESCE(result, '') || ' ' || failures", "FROM work"));
            lines.AddRange(await LinesAsync(database, "'call ' || action || ' ' || state || ' ' || COALESCE(detail, '')", "FROM governed_call"));
            lines.AddRange(await LinesAsync(database, "'audit ' || CAST(at AS TEXT) || ' ' || kind || ' ' || COALESCE(action, '') || ' ' || COALESCE(reason, '') || ' ' || evidence", "FROM audit ORDER BY seq"));
        }
        catch (StorageException e)
        {
            lines.Add($"(the store cannot be read: {e.Message})");
        }

        return string.Join('\n', lines);
    }

    private void TheWorldSawOneRecovery(bool isAsked)
    {
        var mutations = scene.World.Mutations.Where(mutation => mutation.System != Systems.N8n).Select(mutation => mutation.Operation).Order();
        Assert.Equal(["CreateComment", "CreateIssue", "DeploymentRollback"], mutations);
        Assert.Equal("good", scene.World.Railway.Active(Scene.Web)?.Commit);
        Assert.Single(scene.World.GitHub.Issues);
        var alerts = scene.World.N8n.Deliveries.Where(delivery => delivery.Headers.ContainsKey("idempotency-key")).Select(delivery => delivery.Headers["idempotency-key"]).ToList();
        Assert.Equal(alerts.Distinct(), alerts);
        // That a person is asked, and what the answer was, is told as well where there was time for it.
        var asked = alerts.Where(key => isAsked && !key.EndsWith("/alert-found", StringComparison.Ordinal) && !key.EndsWith("/alert-recovered", StringComparison.Ordinal)).ToList();
        Assert.Equal(["alert-found", "alert-recovered"], alerts.Except(asked).Select(key => key.Split('/')[^1]).Order());
    }

    // What was begun came to one known end, and the audit log tells it.
    private static async Task EveryStartHasItsEndAsync(Database database)
    {
        var ends = await LinesAsync(database, "action || ' ' || COUNT(*)",
            """
            FROM audit
            WHERE action <> 'alert.send' AND (kind = 'call.succeeded' OR (kind = 'call.resolved' AND detail LIKE '%"Succeeded"%'))
            GROUP BY action ORDER BY action
            """);
        Assert.Equal(["github.comment.put 1", "github.issue.create 1", "railway.deployment.rollback 1"], ends);
    }

    private static Task<IReadOnlyList<string>> LinesAsync(Database database, string expression, string from) =>
        database.ReadAsync(session => session.QueryAsync($"SELECT {expression} AS line {from}", row => row.Text("line")), Cancellation);

    private async Task<Database> OpenAsync() => scene.ConnectionString.Length == 0
        ? await OpenDatabase.ToReadAsync(scene.DataDirectory, Cancellation)
        : await new OpenDatabase(Options.Create(new StorageOptions { ConnectionString = scene.ConnectionString, DataDirectory = scene.DataDirectory }), TimeProvider.System).HandleAsync(Cancellation);
}
