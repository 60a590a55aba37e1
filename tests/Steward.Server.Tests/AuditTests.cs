using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Steward.Kernel;
using Steward.Testing;

namespace Steward.Server.Tests;

public sealed class AuditTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    [Fact]
    public async Task A_whole_chain_verifies_at_the_server_and_without_it()
    {
        using var directory = new TempDirectory();
        string hash;
        await using (var server = new RunningServer(directory))
        {
            await server.InitializeAsync();
            await server.PostAsync("/api/stop", new JsonObject { ["reason"] = "a test" });
            var found = (await server.PostAsync("/api/audit/verify")).Json;
            Assert.Equal((2, true), ((int)found["rows"]!, (bool)found["isWhole"]!));
            hash = (string)found["hash"]!;
            var (online, said, _) = await Cli.RunAsync(server, "audit", "verify");
            Assert.Equal(0, online);
            Assert.Contains("audit chain verified: 2 rows", said, StringComparison.Ordinal);
        }

        var (offline, output, _) = await Cli.RunAsync(directory.Location, NoEnvironment, "audit", "verify", "--data", "data", "--anchor", $"2:{hash}", "--json");

        Assert.Equal(0, offline);
        Assert.Equal(hash, (string?)JsonNode.Parse(output)!["hash"]);
        var (wrongAnchor, _, _) = await Cli.RunAsync(directory.Location, NoEnvironment, "audit", "verify", "--data", "data", "--anchor", $"1:{hash}");
        Assert.Equal(1, wrongAnchor);
    }

    [Theory]
    [InlineData("UPDATE audit SET reason = 'nothing happened' WHERE seq = 2")]
    [InlineData("DELETE FROM audit WHERE seq = 1")]
    [InlineData("DELETE FROM audit WHERE seq = 2")]
    public async Task A_tampered_chain_is_found_at_the_server_and_without_it(string tampering)
    {
        using var directory = new TempDirectory();
        await using (var server = new RunningServer(directory))
        {
            await server.InitializeAsync();
            await server.PostAsync("/api/stop", new JsonObject { ["reason"] = "a test" });
            await TamperAsync(server.DataDirectory, tampering);
            var found = (await server.PostAsync("/api/audit/verify")).Json;
            Assert.False((bool)found["isWhole"]!);
            Assert.NotEmpty((string)found["fault"]!);
        }

        var (exitCode, output, _) = await Cli.RunAsync(directory.Location, NoEnvironment, "audit", "verify", "--data", "data");

        Assert.Equal(1, exitCode);
        Assert.Contains("AUDIT CHAIN BROKEN", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_without_a_server_changes_nothing_and_says_when_there_is_no_store()
    {
        using var directory = new TempDirectory();

        var (exitCode, _, error) = await Cli.RunAsync(directory.Location, NoEnvironment, "audit", "verify", "--data", "data");

        Assert.Equal(1, exitCode);
        Assert.Contains("There is no store", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory["data"]));
    }

    [Fact]
    public async Task Every_exported_line_hashes_to_its_own_hash()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        await server.PostAsync("/api/stop", new JsonObject { ["reason"] = "a \"quoted\" reason, ünïcode" });

        var export = await server.GetAsync("/api/audit/export");

        Assert.Equal("application/jsonl", export.ContentType);
        var rows = export.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal([1, 2], rows.Select(row => (long)row["seq"]!));
        foreach (var row in rows)
        {
            var hash = (string)row["hash"]!;
            row.Remove("hash");
            Assert.Equal(hash, CanonicalJson.Hash(row));
        }
    }

    private static async Task TamperAsync(string dataDirectory, string sql)
    {
        await using var store = new SqliteConnection($"Data Source={Path.Combine(dataDirectory, "steward.db")};Pooling=False");
        await store.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = store.CreateCommand();
        command.CommandText = $"DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; {sql}";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
