using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Steward.Kernel;

namespace Steward.Server.Tests.Agents;

/// <summary>An agent leaves one server as a file and comes to another: whole, without secrets, and only from whom people trust.</summary>
public sealed class ShareTests(TwoServers at) : IClassFixture<TwoServers>
{
    private const string Settings = """
        , "settings": { "city": { "type": "text" }, "token": { "type": "text", "default": "" }, "page": { "type": "url", "default": "https://example.org/" },
        "quotes": { "type": "url", "default": "https://example.org/" }, "hook": { "type": "url", "default": "https://example.org/" }, "many": { "type": "list", "default": [] }, "n": { "type": "number", "default": 1.50 } }
        """;

    private static readonly string Source = AgentServer.Source("""return AgentResult.Success($"{context.Settings.Text("city")} <&'+😀\u2028> {context.Settings.Text("token")}");""", Settings.ReplaceLineEndings(" "));

    [Fact]
    public async Task A_file_is_signed_over_its_canonical_text_and_holds_no_secret()
    {
        var name = await at.There.MakeAsync(Source, new JsonObject
        {
            ["city"] = "חיפה", ["token"] = "opensesame", ["page"] = "https://example.org/a-page-of-2024-01-02/for-all-of-us?lang=he&size=20", ["quotes"] = "https://example.org/q?symbol=TSLA&apikey=demo",
            ["hook"] = "https://example.org/h?to=4f9b2c81d07e4a6f9c3b5d7e8f012a34", ["many"] = new JsonArray("one", "ghp_0123456789abcdefghijABCDEFGHIJ456789"), ["n"] = 2.50,
        });
        var file = (await at.There.Server.GetAsync($"/api/agents/{name}/export")).Json.AsObject();

        Assert.Equal(("steward-agent", 1), ((string?)file["format"], (int)file["version"]!));
        var agent = file["agent"]!;
        Assert.Equal((name, 1, "csharp", Source, "person:owner"), ((string?)agent["name"], (int)agent["version"]!, (string?)agent["language"], (string?)agent["source"], (string?)agent["madeBy"]));
        Assert.Equal("A test.", (string?)agent["declaration"]!["purpose"]);
        Assert.Equal(["city", "n", "page"], agent["settings"]!.AsObject().Select(setting => setting.Key));
        Assert.Equal(["hook", "many", "quotes", "token"], agent["missing"]!.AsArray().Select(setting => (string)setting!));

        using var key = ECDsa.Create();
        var shown = Convert.FromBase64String((string)file["signer"]!["publicKey"]!);
        key.ImportSubjectPublicKeyInfo(shown, out _);
        var signature = Convert.FromBase64String((string)file["signature"]!);
        file.Remove("signature");
        Assert.True(key.VerifyData(CanonicalJson.Bytes(file), signature, HashAlgorithmName.SHA256));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(shown)), (string?)(await at.There.Server.GetAsync("/api/agents/signer")).Json["fingerprint"]);
    }

    [Fact]
    public async Task A_file_of_an_unknown_server_is_taken_when_somebody_trusts_it_and_then_always()
    {
        // One whom no other test has trusted.
        using var third = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var file = at.SignedByStranger(await at.FileAsync(Source, new JsonObject { ["city"] = "Haifa", ["token"] = "opensesame" }), third);
        var signer = TwoServers.Fingerprint(file);
        var (first, second, last) = (at.Here.NewName(), at.Here.NewName(), at.Here.NewName());

        var about = (await at.Here.Server.PostAsync("/api/agents/import/check", new JsonObject { ["file"] = file.DeepClone() })).Json;
        Assert.Equal((signer, false, false), ((string?)about["signer"]!["fingerprint"], (bool)about["signer"]!["isKnown"]!, (bool)about["signer"]!["isOwn"]!));
        Assert.Equal(["token"], about["missing"]!.AsArray().Select(name => (string)name!));

        var unknown = await at.ImportAsync(file, first);
        unknown.IsProblem(409, "unknown-signer", "trust");
        Assert.Contains(signer, (string?)unknown.Json["detail"], StringComparison.Ordinal);
        (await at.ImportAsync(file, first, new string('0', 64))).IsProblem(409, "other-signer", "trust");
        (await at.ImportAsync(file, first, signer)).IsProblem(400, "invalid", "settings.token");
        Assert.DoesNotContain(signer, await SignersAsync());

        var made = await at.ImportAsync(file, first, signer.ToUpperInvariant(), new JsonObject { ["token"] = "other" });
        Assert.True(made.Status == 201, made.Body);
        Assert.Equal("Haifa <&'+😀\u2028> other", (string?)(await at.Here.RunAsync(first))["text"]);
        Assert.Contains(signer, await SignersAsync());
        Assert.Equal(201, (await at.ImportAsync(file, second, settings: new JsonObject { ["token"] = "", ["city"] = "Akko" })).Status);
        Assert.StartsWith("Akko", (string?)(await at.Here.RunAsync(second))["text"], StringComparison.Ordinal);
        Assert.Single(await at.AuditAsync("agent.signer-trusted"), row => (string?)row["target"] == $"signer/{signer}");
        Assert.Contains(await at.AuditAsync("agent.imported"), row => (string?)row["target"] == $"agent/{first}" && (string?)row["detail"]!["signer"] == signer && (string?)row["actor"] == "person:owner");

        Assert.Equal(200, (await at.Here.Server.SendAsync(HttpMethod.Delete, $"/api/agents/signers/{signer}")).Status);
        (await at.ImportAsync(file, last, settings: new JsonObject { ["token"] = "" })).IsProblem(409, "unknown-signer", "trust");
        Assert.Equal(404, (await at.Here.Server.SendAsync(HttpMethod.Delete, $"/api/agents/signers/{signer}")).Status);
        Assert.Single(await at.AuditAsync("agent.signer-forgotten"), row => (string?)row["target"] == $"signer/{signer}");
        Assert.Equal(404, (await at.Here.Server.GetAsync($"/api/agents/{last}")).Status);
    }

    [Fact]
    public async Task An_agent_comes_back_to_its_own_server_with_its_schedule()
    {
        var name = at.There.NewName();
        var wish = new JsonObject { ["name"] = name, ["template"] = "uptime", ["settings"] = new JsonObject { ["url"] = at.There.Page.ToString() }, ["schedule"] = new JsonObject { ["cron"] = "0 0 1 1 *", ["zone"] = "Asia/Jerusalem", ["misfire"] = "skip" } };
        Assert.Equal(201, (await at.There.Server.PostAsync("/api/agents", wish)).Status);
        var file = (await at.There.Server.GetAsync($"/api/agents/{name}/export")).Json;
        Assert.Equal(409, (await at.There.Server.PostAsync("/api/agents/import", new JsonObject { ["file"] = file.DeepClone() })).Status);
        Assert.Equal(200, (await at.There.Server.SendAsync(HttpMethod.Delete, $"/api/agents/{name}")).Status);

        var back = await at.There.Server.PostAsync("/api/agents/import", new JsonObject { ["file"] = file.DeepClone() });

        Assert.True(back.Status == 201, back.Body);
        Assert.Equal((name, "0 0 1 1 *", "Asia/Jerusalem", "skip"), ((string?)back.Json["name"], (string?)back.Json["schedule"]!["cron"], (string?)back.Json["schedule"]!["zone"], (string?)back.Json["schedule"]!["misfire"]));
        var again = (await at.There.Server.GetAsync($"/api/agents/{name}/export")).Json;
        Assert.Equal(file["agent"]!["source"]!.ToJsonString(), again["agent"]!["source"]!.ToJsonString());
    }

    [Fact]
    public async Task A_program_that_holds_a_secret_is_not_given_out()
    {
        var inSource = await at.There.MakeAsync(AgentServer.Source("var key = \"ghp_0123456789abcdefghijABCDEFGHIJ456789\"; return AgentResult.Success(key);"));
        var inDefault = await at.There.MakeAsync(AgentServer.Source("return AgentResult.Success(\"\");", """, "settings": { "hook": { "type": "url", "default": "https://example.org/?to=4f9b2c81d07e4a6f9c3b5d7e8f012a34" } }"""));

        var refused = await at.There.Server.GetAsync($"/api/agents/{inSource}/export");
        refused.IsProblem(409, "holds-secret");
        Assert.Contains("line 7", (string?)refused.Json["detail"], StringComparison.Ordinal);
        Assert.DoesNotContain("ghp_", refused.Body, StringComparison.Ordinal);
        Assert.Contains("'hook'", (string?)(await at.There.Server.GetAsync($"/api/agents/{inDefault}/export")).Json["detail"], StringComparison.Ordinal);
        Assert.Equal(404, (await at.There.Server.GetAsync("/api/agents/nobody/export")).Status);
    }

    [Fact]
    public async Task The_largest_agent_there_may_be_comes_through()
    {
        // Two bytes a letter on its way here, and six, as an escape, on its way there.
        var (name, letters) = (at.There.NewName(), new string('א', 450_000));
        var wish = new JsonObject { ["name"] = name, ["source"] = AgentServer.Source("return AgentResult.Success(\"large\");", more: $"// {letters}") };
        using var content = new StringContent(wish.ToJsonString(Json.Options), System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(201, (await at.There.Server.SendAsync(HttpMethod.Post, "/api/agents", content: content)).Status);
        var file = (await at.There.Server.GetAsync($"/api/agents/{name}/export")).Json.AsObject();
        Assert.True(file.ToJsonString().Length > 2_500_000);

        var made = await at.ImportAsync(file, at.Here.NewName(), TwoServers.Fingerprint(file));

        Assert.True(made.Status == 201, made.Body[..Math.Min(500, made.Body.Length)]);
    }

    [Fact]
    public async Task The_private_key_is_nowhere_to_be_seen()
    {
        await at.FileAsync(AgentServer.Source("return AgentResult.Success(\"\");"));
        var key = await at.There.Server.Get<Steward.Platform.Storage.Database>().ReadAsync(session => session.FirstAsync("SELECT private_key FROM agent_signing_key", row => row.Text("private_key")), AgentServer.Ending);

        Assert.NotEmpty(key!);
        Assert.DoesNotContain(key!, (await at.There.Server.GetAsync("/api/audit?limit=500")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(key!, at.There.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_only_read_exports_and_does_not_import()
    {
        var file = await at.FileAsync(AgentServer.Source("return AgentResult.Success(\"\");"));
        var (_, reads) = await at.There.Server.MakeKeyAsync("eye", Scopes.Read);

        Assert.Equal(200, (await at.There.Server.GetAsync($"/api/agents/{file["agent"]!["name"]}/export", reads)).Status);
        Assert.Equal(403, (await at.There.Server.PostAsync("/api/agents/import", new JsonObject { ["file"] = file.DeepClone(), ["name"] = "eyed" }, reads)).Status);
        Assert.Equal(403, (await at.There.Server.SendAsync(HttpMethod.Delete, $"/api/agents/signers/{new string('0', 64)}", key: reads)).Status);
        Assert.Equal(401, (await at.There.Server.GetAsync($"/api/agents/{file["agent"]!["name"]}/export", null)).Status);
    }

    private async Task<IReadOnlyList<string>> SignersAsync()
    {
        var (signers, after) = (new List<string>(), "");
        do
        {
            var page = (await at.Here.Server.GetAsync($"/api/agents/signers?limit=1{after}")).Json;
            signers.AddRange(page["items"]!.AsArray().Select(signer => (string)signer!["fingerprint"]!));
            after = (string?)page["next"] is { } next ? $"&after={next}" : null;
        }
        while (after is not null);

        return signers;
    }
}
