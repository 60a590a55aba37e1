using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Steward.Server.Tests;

public sealed class KeyTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string SomeId = "01a1f952-a9b8-7226-bf4c-57653897d33f";

    [Theory]
    [InlineData("GET", "/api")]
    [InlineData("GET", "/api/approvals")]
    [InlineData("POST", "/api/stop")]
    [InlineData("GET", "/api/audit/export")]
    [InlineData("GET", "/api/openapi.json")]
    [InlineData("GET", "/metrics")]
    public async Task Nobody_enters_without_a_key(string method, string path)
    {
        var answer = await server.SendAsync(new HttpMethod(method), path, key: null);

        answer.IsProblem(401, "no-key");
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        (await server.GetAsync("/api/approvals", "stw_0000000000000000000000000000000000000000000")).IsProblem(401, "wrong-key");
    }

    [Theory]
    [InlineData("read", "POST", "/api/stop", "operate")]
    [InlineData("operate", "GET", "/api/work", "read")]
    [InlineData("operate", "DELETE", "/api/stop", "approve")]
    [InlineData("operate", "POST", $"/api/approvals/{SomeId}/approve", "approve")]
    [InlineData("approve", "POST", $"/api/work/{SomeId}/retry", "operate")]
    [InlineData("approve", "GET", "/api/keys", "admin")]
    public async Task A_key_without_the_scope_is_told_which_one_it_needs(string has, string method, string path, string needs)
    {
        var (_, key) = await server.MakeKeyAsync("anna", has);

        var answer = await server.SendAsync(new HttpMethod(method), path, key: key);

        answer.IsProblem(403, "missing-scope");
        Assert.Equal(needs, (string?)answer.Json["scope"]);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once()
    {
        var (id, key) = await server.MakeKeyAsync("anna", "read");
        Assert.Equal(200, (await server.GetAsync("/api/stop", key)).Status);

        Assert.Equal(200, (await server.SendAsync(HttpMethod.Delete, $"/api/keys/{id}")).Status);

        (await server.GetAsync("/api/stop", key)).IsProblem(401, "wrong-key");
        (await server.SendAsync(HttpMethod.Delete, $"/api/keys/{id}")).IsProblem(409, "already-revoked");
    }

    [Fact]
    public async Task The_last_key_that_can_make_keys_cannot_be_revoked()
    {
        var keys = await server.GetAsync("/api/keys?limit=500");
        var admins = keys.Json["items"]!.AsArray().Where(key => key!["revokedAt"] is null && key["scopes"]!.AsArray().Any(scope => (string?)scope == "admin"));

        (await server.SendAsync(HttpMethod.Delete, $"/api/keys/{Assert.Single(admins)!["id"]}")).IsProblem(409, "last-admin-key");
    }

    [Fact]
    public async Task A_key_is_named_after_its_holder_and_its_use_is_noted()
    {
        var (id, key) = await server.MakeKeyAsync("anna", "read", "approve");

        var current = await server.GetAsync("/api/keys/current", key);

        Assert.Equal("person:anna", (string?)current.Json["actor"]);
        Assert.Equal(["read", "approve"], current.Json["scopes"]!.AsArray().Select(scope => (string)scope!));
        var kept = (await server.GetAsync("/api/keys")).Json["items"]!.AsArray().Single(kept => (string?)kept!["id"] == id)!;
        Assert.NotNull(kept["lastUsedAt"]);
        Assert.Equal(key[..8], (string?)kept["prefix"]);
        Assert.DoesNotContain("hash", kept.AsObject().Select(member => member.Key));
    }

    [Theory]
    [InlineData("name", """{"holder":"anna","scopes":["read"]}""")]
    [InlineData("holder", """{"name":"x","holder":" ","scopes":["read"]}""")]
    [InlineData("scopes", """{"name":"x","holder":"anna","scopes":["root"]}""")]
    [InlineData("scopes", """{"name":"x","holder":"anna"}""")]
    [InlineData("scope", """{"name":"x","holder":"anna","scope":"read"}""")]
    public async Task A_wish_for_a_key_that_is_wrong_names_the_field(string field, string body)
    {
        (await server.PostAsync("/api/keys", JsonNode.Parse(body))).IsProblem(400, "invalid", field);
    }

    [Fact]
    public async Task Keys_lie_in_the_store_as_hashes_only()
    {
        var (_, key) = await server.MakeKeyAsync("anna", "read");

        await using var store = new SqliteConnection($"Data Source={Path.Combine(server.DataDirectory, "steward.db")};Pooling=False");
        await store.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = store.CreateCommand();
        command.CommandText = "SELECT group_concat(hash || prefix || name || holder, ' ') || (SELECT group_concat(detail, ' ') FROM audit) FROM api_key";
        var everything = (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        Assert.DoesNotContain(key[8..], everything, StringComparison.Ordinal);
        Assert.DoesNotContain(server.ShownKey![8..], everything, StringComparison.Ordinal);
        Assert.Contains(Entry.ApiKey.HashOf(key), everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Making_and_revoking_keys_is_audited()
    {
        var (id, _) = await server.MakeKeyAsync("bert", "read");
        await server.SendAsync(HttpMethod.Delete, $"/api/keys/{id}");

        var rows = (await server.GetAsync("/api/audit?limit=500")).Json["items"]!.AsArray().Where(row => (string?)row!["target"] == $"key/{id}").ToList();

        Assert.Equal(["key.revoked", "key.created"], rows.Select(row => (string)row!["kind"]!));
        Assert.All(rows, row => Assert.Equal("person:owner", (string?)row!["actor"]));
    }
}
