using System.Text.Json.Nodes;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>What differs between two versions: in words what an agent may, line by line what it does.</summary>
public sealed class DiffTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Good = """return AgentResult.Success("ok");""";

    private static readonly string Before = AgentServer.Source(Good, """, "settings": { "city": { "type": "text", "about": "Where" }, "old": { "type": "flag", "default": true } }, "tools": { "files": {}, "memory": {} }""");

    private static readonly string After = AgentServer.Source("""return AgentResult.Success("better");""",
        """
        , "schedule": { "cron": "0 8 * * *", "zone": "Asia/Jerusalem" }, "after": ["other"],
        "settings": { "city": { "type": "text", "about": "Where", "default": "Haifa" }, "page": { "type": "url", "about": "What to ask" } },
        "tools": { "memory": {}, "http": { "hosts": ["{page}", "api.example.org"] }, "notify": { "channels": ["telegram"] } }, "limits": { "time": "00:10:00" }
        """.ReplaceLineEndings(" ")).Replace("A test.", "Another test.", StringComparison.Ordinal);

    [Fact]
    public async Task What_an_agent_may_in_addition_comes_first_and_then_the_rest_in_words()
    {
        var name = await MakeAsync();

        var diff = (await at.Server.GetAsync($"/api/agents/{name}/diff")).Json;

        Assert.Equal((1, 2, 2), ((int)diff["from"]!["version"]!, (int)diff["to"]!["version"]!, (int)diff["runs"]!));
        Assert.Equal(
            [
                "gained tool: may use http: ask servers, and send them something where the policy allows it", "gained tool: may use notify: tell people",
                "gained host: may ask the host api.example.org", "gained host: may ask the host what the setting 'page' names", "gained channel: may tell people over telegram",
                "gained schedule: runs at '0 8 * * *' (Asia/Jerusalem)", "gained after: does run after each run of other that succeeds",
                "changed limit: may take 00:10:00 for a run (before: may take 00:05:00 for a run)",
                "lost tool: may no longer use files: keep files in a folder of its own",
                "changed setting: has the setting 'city' (text, \"Haifa\" unless it is set; it was text, has to be set): Where", "gained setting: has the setting 'page' (url, has to be set): What to ask",
                "lost setting: has the setting 'old' no more", "changed purpose: is for: Another test. (before: is for: A test.)",
            ],
            diff["changes"]!.AsArray().Select(change => $"{change!["kind"]} {change["about"]}: {change["text"]}"));
        Assert.Equal(After, Patch.Apply(Before, (string)diff["diff"]!));
    }

    [Fact]
    public async Task Any_two_versions_are_compared_also_backwards_and_with_themselves()
    {
        var name = await MakeAsync();

        var back = (await at.Server.GetAsync($"/api/agents/{name}/diff?from=2&to=1")).Json;
        Assert.Equal(Before, Patch.Apply(After, (string)back["diff"]!));
        Assert.Equal("gained tool: may use files: keep files in a folder of its own", $"{back["changes"]![0]!["kind"]} {back["changes"]![0]!["about"]}: {back["changes"]![0]!["text"]}");

        var same = (await at.Server.GetAsync($"/api/agents/{name}/diff?from=2&to=2")).Json;
        Assert.Equal(("", 0), ((string?)same["diff"], same["changes"]!.AsArray().Count));

        (await at.Server.GetAsync($"/api/agents/{name}/diff?to=3")).IsProblem(404, "not-found", "to");
        (await at.Server.GetAsync($"/api/agents/{name}/diff?from=-2147483648")).IsProblem(404, "not-found", "from");
        Assert.Equal(400, (await at.Server.GetAsync($"/api/agents/{name}/diff?from=one")).Status);
        Assert.Equal(404, (await at.Server.GetAsync("/api/agents/nobody/diff")).Status);
    }

    [Fact]
    public async Task Before_its_first_version_an_agent_had_none_also_while_that_runs_again()
    {
        var name = await at.MakeAsync(AgentServer.Source(Good));
        (await at.Server.GetAsync($"/api/agents/{name}/diff")).IsProblem(409, "first-version", "from");
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["source"] = AgentServer.Source("return AgentResult.Success(\"better\");") })).Status);
        Assert.Equal(200, (await at.Server.PostAsync($"/api/agents/{name}/versions/1/activate")).Status);

        (await at.Server.GetAsync($"/api/agents/{name}/diff")).IsProblem(409, "first-version", "from");
        var diff = (await at.Server.GetAsync($"/api/agents/{name}/diff?to=2")).Json;
        Assert.Equal((1, 1, 1, 0), ((int)diff["runs"]!, (int)diff["added"]!, (int)diff["removed"]!, diff["changes"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_schedule_that_was_set_in_place_of_the_declared_one_is_told()
    {
        var name = await MakeAsync(new JsonObject { ["every"] = "01:00:00" });

        Assert.Contains("every 01:00:00", (string?)(await at.Server.GetAsync($"/api/agents/{name}/diff")).Json["note"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_shows_words_and_lines()
    {
        var name = await MakeAsync();

        var (code, output, error) = await Cli.RunAsync(at.Server, "agents", "diff", name, "--from", "1", "--to", "2");
        Assert.True(code == 0, error);
        Assert.Contains("  + may ask the host api.example.org", output, StringComparison.Ordinal);
        Assert.Contains("  - may no longer use files", output, StringComparison.Ordinal);
        Assert.Contains("""+        return AgentResult.Success("better");""", output, StringComparison.Ordinal);
        var json = JsonNode.Parse((await Cli.RunAsync(at.Server, "agents", "diff", name, "--json")).Output)!;
        Assert.Equal(After, Patch.Apply(Before, (string)json["diff"]!));
        Assert.Equal(1, (await Cli.RunAsync(at.Server, "agents", "diff", name, "--from", "9")).ExitCode);
    }

    private async Task<string> MakeAsync(JsonObject? schedule = null)
    {
        var name = at.NewName();
        var made = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["source"] = Before, ["settings"] = new JsonObject { ["city"] = "Haifa" }, ["schedule"] = schedule });
        Assert.True(made.Status == 201, made.Body);
        var changed = await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["source"] = After, ["settings"] = new JsonObject { ["city"] = "Haifa", ["page"] = "https://example.org/" } });
        Assert.True(changed.Status == 200, changed.Body);
        return name;
    }
}
