using System.Text.Json.Nodes;
using Steward.Platform.Storage;

namespace Steward.Server.Tests.Agents;

/// <summary>What a version holds, and what going back to one brings back.</summary>
public sealed class VersionTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Url = """, "schedule": { "cron": "0 8 * * *" }, "settings": { "url": { "type": "url", "about": "What" } }""";
    private const string Says = """return AgentResult.Success(context.Settings.Url("url").Host);""";

    [Fact]
    public async Task Going_back_brings_back_the_settings_and_the_schedule_of_the_version()
    {
        var name = await MakeAsync();
        await ChangeAsync(name, """{ "settings": { "url": "https://bad.example/" } }""", 2);
        await ChangeAsync(name, """{ "schedule": { "cron": "0 9 * * *" } }""", 3);
        Assert.Equal("bad.example", (string?)(await at.RunAsync(name))["text"]);

        await GoBackAsync(name, 1);
        var run = await at.RunAsync(name);
        Assert.Equal(("good.example", 1), ((string?)run["text"], (int)run["version"]!));
        Assert.Null((await ShowAsync(name))["agent"]!["schedule"]);
        Assert.Contains("T08:00:00", (string)(await ShowAsync(name))["nextRunAt"]!, StringComparison.Ordinal);

        await GoBackAsync(name, 3);
        Assert.Equal("bad.example", (string?)(await at.RunAsync(name))["text"]);
        Assert.Contains("T09:00:00", (string)(await ShowAsync(name))["nextRunAt"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_versions_say_what_each_ran_with()
    {
        var name = await MakeAsync();
        await ChangeAsync(name, """{ "settings": { "url": "https://bad.example/" }, "schedule": { "every": "24:00:00" } }""", 2);

        var versions = (await at.Server.GetAsync($"/api/agents/{name}/versions")).Json["items"]!.AsArray();
        Assert.Equal(["https://bad.example/", "https://good.example/"], versions.Select(version => (string)version!["settings"]!["url"]!));
        Assert.Equal(["1.00:00:00", null], versions.Select(version => (string?)version!["schedule"]?["every"]));
    }

    [Fact]
    public async Task A_version_that_was_made_before_versions_held_settings_leaves_those_of_today()
    {
        var name = await MakeAsync();
        await at.Server.Get<Database>().WriteAsync(session => session.ExecuteAsync("UPDATE agent_version SET settings = NULL, schedule = NULL WHERE agent_id = (SELECT id FROM agent WHERE name = @name)", ("name", name)), AgentServer.Ending);
        await ChangeAsync(name, """{ "settings": { "url": "https://new.example/" }, "schedule": { "cron": "0 9 * * *" } }""", 2);

        await GoBackAsync(name, 1);

        Assert.Equal("new.example", (string?)(await at.RunAsync(name))["text"]);
        Assert.Equal("0 9 * * *", (string?)(await ShowAsync(name))["agent"]!["schedule"]!["cron"]);
        Assert.Null((await at.Server.GetAsync($"/api/agents/{name}/versions")).Json["items"]![1]!["settings"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "language": "python" }""")]
    public async Task A_change_of_nothing_is_refused_and_makes_no_version(string update)
    {
        var name = await MakeAsync();

        (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", JsonNode.Parse(update))).IsProblem(400, "invalid", "source");

        Assert.Single((await at.Server.GetAsync($"/api/agents/{name}/versions")).Json["items"]!.AsArray());
    }

    private Task<string> MakeAsync() => at.MakeAsync(AgentServer.Source(Says, Url), new JsonObject { ["url"] = "https://good.example/" });

    private async Task ChangeAsync(string name, string update, int version)
    {
        var changed = await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", JsonNode.Parse(update));
        Assert.True(changed.Status == 200, changed.Body);
        Assert.Equal(version, (int)changed.Json["version"]!);
    }

    private async Task GoBackAsync(string name, int version)
    {
        var back = await at.Server.PostAsync($"/api/agents/{name}/versions/{version}/activate");
        Assert.True(back.Status == 200, back.Body);
    }

    private async Task<JsonNode> ShowAsync(string name) => (await at.Server.GetAsync($"/api/agents/{name}")).Json;
}
