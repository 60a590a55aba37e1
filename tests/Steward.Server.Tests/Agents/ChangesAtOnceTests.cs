using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents;

/// <summary>Several change one agent at once: what each was told is done, stays done.</summary>
public sealed class ChangesAtOnceTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Settings = """, "settings": { "a": { "type": "text", "default": "-" }, "b": { "type": "text", "default": "-" }, "c": { "type": "text", "default": "-" } }""";

    [Fact]
    public async Task Settings_that_are_set_one_by_one_are_all_set()
    {
        var name = await at.MakeAsync(Source("first"));

        await Task.WhenAll(new[] { "a", "b", "c" }.Select(setting => ChangeAsync(name, new JsonObject { ["set"] = new JsonObject { [setting] = "set" } })));

        Assert.Equal("first set set set", (string?)(await at.RunAsync(name))["text"]);
        Assert.Equal(4, (int)(await ShowAsync(name))["version"]!);
    }

    [Fact]
    public async Task Another_source_and_other_settings_are_both_there()
    {
        var name = await at.MakeAsync(Source("first"));

        await Task.WhenAll(ChangeAsync(name, new JsonObject { ["source"] = Source("second") }), ChangeAsync(name, new JsonObject { ["set"] = new JsonObject { ["a"] = "set" } }));

        Assert.Equal("second set - -", (string?)(await at.RunAsync(name))["text"]);
    }

    [Fact]
    public async Task A_version_that_is_gone_back_to_stays_whatever_else_is_set_meanwhile()
    {
        var name = await at.MakeAsync(Source("first"));
        await ChangeAsync(name, new JsonObject { ["source"] = Source("second") });

        var change = ChangeAsync(name, new JsonObject { ["schedule"] = new JsonObject { ["every"] = "24:00:00" } });
        var back = await at.Server.PostAsync($"/api/agents/{name}/versions/1/activate");
        await change;

        Assert.True(back.Status == 200, back.Body);
        Assert.Equal("first - - -", (string?)(await at.RunAsync(name))["text"]);
    }

    private static string Source(string word) =>
        AgentServer.Source($$"""return AgentResult.Success($"{{word}} {context.Settings.Text("a")} {context.Settings.Text("b")} {context.Settings.Text("c")}");""", Settings);

    private async Task ChangeAsync(string name, JsonObject update)
    {
        var changed = await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", update);
        Assert.True(changed.Status == 200, changed.Body);
    }

    private async Task<JsonNode> ShowAsync(string name) => (await at.Server.GetAsync($"/api/agents/{name}")).Json["agent"]!;
}
