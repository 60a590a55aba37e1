using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents;

/// <summary>Files that are not what a server gave out, or that nobody could have given out. Each is refused with what is wrong, and nothing is made.</summary>
public sealed class ForgedFileTests(TwoServers at) : IClassFixture<TwoServers>
{
    private static readonly string Source = AgentServer.Source("return AgentResult.Success(\"ok\");", """, "settings": { "n": { "type": "number", "default": 1 } }""");

    public static TheoryData<string, string, string> Altered => new()
    {
        { "agent.source", "\"public sealed class Other : Agent { }\"", "altered" },
        { "agent.settings.n", "2", "altered" },
        { "agent.settings.n", "3.0", "altered" },
        { "agent.declaration.purpose", "\"Harmless.\"", "altered" },
        { "agent.madeBy", "\"person:root\"", "altered" },
        { "agent.colour", "\"red\"", "altered" },
        { "exportedAt", "\"2020-01-01T00:00:00Z\"", "altered" },
        { "signer.fingerprint", $"\"{new string('0', 64)}\"", "altered" },
        { "signature", "\"AAAA\"", "altered" },
        { "signature", "\"\"", "altered" },
        { "signature", "\"not base64\"", "base64" },
        { "signature", "null", "'file.signature' is missing" },
        { "signer.publicKey", "\"\"", "ECDSA on P-256" },
        { "signer.algorithm", "\"none\"", "Nobody knows 'algorithm'" },
        { "algorithm", "\"none\"", "Nobody knows 'algorithm'" },
        { "version", "2", "newer Steward" },
        { "version", "0", "no version 0" },
        { "version", "-1", "no version -1" },
        { "version", "1.5", "not a whole number" },
        { "version", "\"1\"", "not a number" },
        { "format", "\"steward-workflow\"", "no agent of Steward's" },
        { "format", "1", "no agent of Steward's" },
        { "agent.name", "\"\\ud800\"", "is not the JSON" },
    };

    [Theory]
    [MemberData(nameof(Altered))]
    public async Task A_file_that_was_altered_is_refused(string member, string value, string says)
    {
        var file = await at.FileAsync(Source, new JsonObject { ["n"] = 3 });
        Assert.Equal(200, (await at.Here.Server.PostAsync("/api/agents/import/check", new JsonObject { ["file"] = file.DeepClone() })).Status);
        var text = Set(file, member, value);

        await IsRefusedAsync(text, says);
    }

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "agent.colour", "\"red\"", "Nobody knows 'colour'" },
        { "agent.language", "\"cobol\"", "csharp or python" },
        { "agent.language", "\"python\"", "does not compile" },
        { "agent.name", "\"No Name\"", "not the name of an agent" },
        { "agent.source", "5", "'file.agent.source' is missing, or not a text" },
        { "agent.source", "\"\"", "empty" },
        { "agent.source", "\"public sealed class Other : Agent { }\"", "does not compile" },
        { "agent.declaration", "[]", "not an object" },
        { "agent.declaration.purpose", "\"Harmless.\"", "declares something else" },
        { "agent.declaration.tools", """{ "teleport": {} }""", "teleport" },
        { "agent.settings", "null", "not an object" },
        { "agent.settings.m", "3", "no setting 'm'" },
        { "agent.settings.n", "\"three\"", "must be a number" },
        { "agent.missing", """["m"]""", "'m' is not a setting" },
        { "agent.missing", "[5]", "names of settings" },
        { "agent.schedule", """{ "cron": "61 * * * *" }""", "61" },
        { "agent.madeAt", "\"yesterday\"", "not a time" },
        { "agent.version", "99999999999", "not a whole number" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_file_that_is_signed_well_and_wrong_is_refused_too(string member, string value, string says)
    {
        var file = at.SignedByStranger(JsonNode.Parse(Set(await at.FileAsync(Source, new JsonObject { ["n"] = 3 }), member, value))!.AsObject());

        await IsRefusedAsync(file.ToJsonString(), says, TwoServers.Fingerprint(file));
        Assert.DoesNotContain((await at.Here.Server.GetAsync("/api/agents/signers")).Json["items"]!.AsArray(), known => (string?)known!["fingerprint"] == TwoServers.Fingerprint(file));
    }

    [Fact]
    public async Task A_source_that_may_more_than_the_file_says_is_refused()
    {
        var file = await at.FileAsync(Source);
        file["agent"]!["source"] = AgentServer.Source("return AgentResult.Success(\"ok\");", """, "settings": { "n": { "type": "number", "default": 1 } }, "tools": { "http": { "hosts": ["evil.example.org"] } }""");
        var forged = at.SignedByStranger(file);

        await IsRefusedAsync(forged.ToJsonString(), "declares something else", TwoServers.Fingerprint(forged));
    }

    [Fact]
    public async Task Another_key_cannot_sign_for_a_server()
    {
        var file = await at.FileAsync(Source);

        await IsRefusedAsync(at.Signed(file).ToJsonString(), "another key signed it", TwoServers.Fingerprint(file));
        var forged = at.SignedByStranger(file);
        Assert.NotEqual(TwoServers.Fingerprint(file), TwoServers.Fingerprint(forged));
        (await at.ImportAsync(forged, at.Here.NewName(), TwoServers.Fingerprint(file))).IsProblem(409, "other-signer", "trust");
    }

    [Fact]
    public async Task Keys_of_another_kind_sign_nothing()
    {
        var file = await at.FileAsync(Source);
        using var larger = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var other = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);

        await IsRefusedAsync(at.SignedByStranger(file, larger).ToJsonString(), "ECDSA on P-256");
        await IsRefusedAsync(at.SignedByStranger(file, other).ToJsonString(), "");
    }

    [Fact]
    public async Task What_is_no_whole_file_is_refused()
    {
        var file = (await at.FileAsync(Source)).ToJsonString();
        foreach (var text in new[] { "{}", "[]", "null", "5", "\"{}\"", """{ "format": "steward-agent" }""", """{ "name": "x", "nodes": [], "connections": {} }""", file[..(file.Length / 2)], file[..^1], "" })
        {
            await IsRefusedAsync(text, "");
        }

        await IsRefusedAsync(file.Replace("\"format\":", "\"format\":\"x\",\"format\":", StringComparison.Ordinal), "Duplicate");
        await IsRefusedAsync(file.Replace("\"madeBy\":", "\"madeBy\":\"x\",\"madeBy\":", StringComparison.Ordinal), "Duplicate");
        await IsRefusedAsync(file.Replace("\"settings\":{}", $"\"settings\":{string.Concat(Enumerable.Repeat("{\"a\":", 40))}1{new string('}', 40)}", StringComparison.Ordinal), "");
    }

    [Fact]
    public async Task What_is_larger_than_any_agent_is_refused_before_it_is_read()
    {
        using var http = new HttpClient { BaseAddress = at.Here.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/agents/import") { Content = new StringContent($$"""{ "file": { "format": "{{new string('x', 5 << 20)}}" } }""", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", at.Here.Server.ShownKey);
        // As curl asks: whether to send that much at all.
        request.Headers.ExpectContinue = true;

        using var answer = await http.SendAsync(request, AgentServer.Ending);

        Assert.Equal(413, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_command_line_exports_shows_and_imports()
    {
        var name = await at.There.MakeAsync(AgentServer.Source("return AgentResult.Success(context.Settings.Text(\"token\"));", """, "settings": { "token": { "type": "text" } }, "tools": { "http": { "hosts": ["api.example.org"] } }"""), new JsonObject { ["token"] = "opensesame" });
        var file = Path.Combine(at.There.Server.Directory.Location, "shared.json");
        var exported = await Cli.RunAsync(at.There.Server, "agents", "export", name, "--out", file);
        Assert.True(exported.ExitCode == 0 && exported.Output.Contains("token", StringComparison.Ordinal), exported.Output + exported.Error);
        Assert.DoesNotContain("opensesame", await File.ReadAllTextAsync(file, AgentServer.Ending), StringComparison.Ordinal);
        Assert.Equal(1, (await Cli.RunAsync(at.There.Server, "agents", "export", name, "--out", file)).ExitCode);
        Assert.Equal(0, (await Cli.RunAsync(at.There.Server, "agents", "export", name, "--out", file, "--force")).ExitCode);
        var signer = (string)JsonNode.Parse((await Cli.RunAsync(at.There.Server, "agents", "signer", "--json")).Output)!["own"]!["fingerprint"]!;
        var here = at.Here.NewName();

        await at.Here.Server.SendAsync(HttpMethod.Delete, $"/api/agents/signers/{signer}");
        var shown = await Cli.RunAsync(at.Here.Server, "agents", "import", file, "--name", here);
        Assert.Equal(1, shown.ExitCode);
        foreach (var says in new[] { signer, "NOT KNOWN here", "+ may ask the host api.example.org", "--set token=", "--yes" })
        {
            Assert.Contains(says, shown.Output, StringComparison.Ordinal);
        }

        var refused = await Cli.RunAsync(at.Here.Server, "agents", "import", file, "--name", here, "--yes");
        Assert.True(refused.ExitCode == 1 && refused.Error.Contains(signer, StringComparison.Ordinal), refused.Error);
        Assert.Equal(404, (await at.Here.Server.GetAsync($"/api/agents/{here}")).Status);
        var made = await Cli.RunAsync(at.Here.Server, "agents", "import", file, "--name", here, "--yes", "--trust", signer, "--set", "token=mine");
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Equal("mine", (string?)(await at.Here.RunAsync(here))["text"]);
        Assert.Contains(signer, (await Cli.RunAsync(at.Here.Server, "agents", "signer")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.RunAsync(at.Here.Server, "agents", "signer", "--forget", signer)).ExitCode);

        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, AgentServer.Ending))[..200], AgentServer.Ending);
        var cut = await Cli.RunAsync(at.Here.Server, "agents", "import", file, "--yes");
        Assert.True(cut.ExitCode == 2 && cut.Error.Contains("not whole", StringComparison.Ordinal), cut.Error);
        Assert.Equal(2, (await Cli.RunAsync(at.Here.Server, "agents", "import", $"{file}.none", "--yes")).ExitCode);
    }

    // What is to be set may be text that is no JSON node, such as half a character.
    private static string Set(JsonObject file, string member, string value)
    {
        var (changed, path) = (file.DeepClone(), member.Split('.'));
        path[..^1].Aggregate(changed, (node, name) => node[name]!)[path[^1]] = "@@@";
        return changed.ToJsonString().Replace("\"@@@\"", value, StringComparison.Ordinal);
    }

    private async Task IsRefusedAsync(string file, string says, string? trust = null)
    {
        var name = at.Here.NewName();
        using var content = new StringContent($$"""{ "file": {{file}}, "name": "{{name}}"{{(trust is null ? "" : $", \"trust\": \"{trust}\"")}} }""", Encoding.UTF8, "application/json");
        var answer = await at.Here.Server.SendAsync(HttpMethod.Post, "/api/agents/import", content: content);

        Assert.True(answer.Status == 400 && answer.Body.Contains("detail", StringComparison.Ordinal), answer.Body);
        Assert.Contains(says, (string?)answer.Json["detail"], StringComparison.Ordinal);
        Assert.Equal(404, (await at.Here.Server.GetAsync($"/api/agents/{name}")).Status);
    }
}
