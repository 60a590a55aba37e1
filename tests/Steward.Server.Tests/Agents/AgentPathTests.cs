using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents;

/// <summary>The mission's paths, the lists, the command line, and what is sent to them that is wrong.</summary>
public sealed class AgentPathTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Good = """return AgentResult.Success("ok");""";

    [Fact]
    public async Task The_missions_paths_lead_to_the_same_place_with_the_same_keys()
    {
        var name = await at.MakeAsync(AgentServer.Source(Good));
        var run = await at.RunAsync(name);
        var (_, operate) = await at.Server.MakeKeyAsync("hand", Steward.Kernel.Scopes.Operate);

        var expected = (await at.Server.GetAsync($"/api/agents/{name}/tasks")).Body;
        foreach (var path in new[] { $"/agents/{name}/tasks", $"/api/tasks/agents/{name}/tasks", $"/api/tasks/agent/{name}", $"/tasks/agents/{name}/tasks" })
        {
            Assert.Equal(expected, (await at.Server.GetAsync(path)).Body);
            Assert.Equal(401, (await at.Server.GetAsync(path, null)).Status);
            Assert.Equal(403, (await at.Server.GetAsync(path, operate)).Status);
        }

        Assert.Equal((string?)run["id"], (string?)(await at.Server.GetAsync($"/tasks/{run["id"]}")).Json["id"]);
        Assert.Equal(200, (await at.Server.GetAsync($"/agents/{name}")).Status);
        Assert.Equal(200, (await at.Server.GetAsync("/agents")).Status);
        Assert.Equal(404, (await at.Server.GetAsync("/agentsx")).Status);
        Assert.Equal(409, (await at.Server.PostAsync($"/tasks/{run["id"]}/retry")).Status);
        var stats = (await at.Server.GetAsync($"/tasks/stats/summary?agent={name}")).Json;
        Assert.Equal((1, 1, 1.0), ((int)stats["total"]!, (int)stats["succeeded"]!, (double)stats["successRate"]!));
    }

    [Fact]
    public async Task Lists_page_and_filter()
    {
        var name = await at.MakeAsync(AgentServer.Source(Good));
        for (var version = 0; version < 3; version++)
        {
            Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["source"] = AgentServer.Source(Good) })).Status);
        }

        var first = (await at.Server.GetAsync($"/api/agents/{name}/versions?limit=3")).Json;
        var rest = (await at.Server.GetAsync($"/api/agents/{name}/versions?limit=3&after={first["next"]}")).Json;
        Assert.Equal([4, 3, 2], first["items"]!.AsArray().Select(version => (int)version!["version"]!));
        Assert.Equal([1], rest["items"]!.AsArray().Select(version => (int)version!["version"]!));
        Assert.Null(rest["next"]);
        Assert.Equal(400, (await at.Server.GetAsync("/api/tasks?trigger=moon")).Status);
        Assert.Empty((await at.Server.GetAsync($"/api/tasks?agent={name}&trigger=webhook")).Json["items"]!.AsArray());
        Assert.Empty((await at.Server.GetAsync("/api/agents?template=none-such")).Json["items"]!.AsArray());
        Assert.Empty((await at.Server.GetAsync($"/api/agents/{name}/skips")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task The_command_line_tests_makes_rolls_back_and_calls_off()
    {
        var name = at.NewName();
        var file = Path.Combine(at.Server.Directory.Location, $"{name}.cs");
        await File.WriteAllTextAsync(file, AgentServer.Source(Good, more: "[AgentTest] public static async Task Says_ok(TestBench bench) => Expect.Equal(\"ok\", (await bench.RunAsync(new Tested())).Text);"), AgentServer.Ending);

        var tested = await RunAsync("agents", "test", file);
        Assert.True(tested.ExitCode == 0 && tested.Output.Contains("Says_ok", StringComparison.Ordinal), tested.Output + tested.Error);
        Assert.Equal(404, (await at.Server.GetAsync($"/api/agents/{name}")).Status);

        Assert.Equal(0, (await RunAsync("agents", "create", "--file", file)).ExitCode);
        await File.WriteAllTextAsync(file, AgentServer.Source("""return AgentResult.Success("better");"""), AgentServer.Ending);
        Assert.Contains("version 2", (await RunAsync("agents", "update", name, "--file", file)).Output, StringComparison.Ordinal);
        Assert.Contains("2 (runs)", (await RunAsync("agents", "versions", name)).Output, StringComparison.Ordinal);
        Assert.Contains("version 1 from now on", (await RunAsync("agents", "rollback", name)).Output, StringComparison.Ordinal);
        Assert.Equal("ok", (string?)(await at.RunAsync(name))["text"]);
        var none = await RunAsync("agents", "rollback", name, "--to", "9");
        Assert.Contains("it has 1 to 2", none.Error, StringComparison.Ordinal);
        Assert.Contains("/hooks/", (await RunAsync("agents", "hook", name)).Output, StringComparison.Ordinal);

        var slow = await at.MakeAsync(AgentServer.Source("await Task.Delay(-1); return AgentResult.Success(\"\");"));
        var id = (string)(await at.Server.PostAsync($"/api/agents/{slow}/execute")).Json["id"]!;
        var cancelled = await RunAsync("runs", "cancel", id);
        Assert.True(cancelled.ExitCode == 0 && cancelled.Output.Contains("called off by person:owner", StringComparison.Ordinal), cancelled.Output + cancelled.Error);
        Assert.Contains("cancelled", (await RunAsync("runs", "list", "--agent", slow)).Output, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], string> WrongFiles => new()
    {
        { "large", [.. Enumerable.Repeat((byte)'x', 10 << 20)], "may take 900000" },
        { "binary", [0x7f, (byte)'E', (byte)'L', (byte)'F', 0, 0xff, 0xfe, 0x80], "no text in UTF-8" },
        { "empty", [], "source is empty" },
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public async Task A_file_that_is_no_source_is_refused_at_the_command_line(string name, byte[] content, string says)
    {
        var before = await at.CountAsync();
        var file = Path.Combine(at.Server.Directory.Location, $"{name}.cs");
        await File.WriteAllBytesAsync(file, content, AgentServer.Ending);

        var refused = await RunAsync("agents", "create", "--file", file);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(says, refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, await at.CountAsync());
    }

    [Fact]
    public async Task Ten_megabytes_of_code_are_refused_by_the_server_too_and_it_goes_on()
    {
        using var http = new HttpClient { BaseAddress = at.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/agents") { Content = new StringContent($$"""{"name":"large","source":"{{new string('x', 10 << 20)}}"}""", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", at.Server.ShownKey);
        // As curl asks: whether to send that much at all.
        request.Headers.ExpectContinue = true;
        using var answer = await http.SendAsync(request, AgentServer.Ending);

        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Contains("body-too-large", await answer.Content.ReadAsStringAsync(AgentServer.Ending), StringComparison.Ordinal);
        Assert.Equal(404, (await at.Server.GetAsync("/api/agents/large")).Status);
        Assert.Equal("ok", (string?)(await at.RunAsync(await at.MakeAsync(AgentServer.Source(Good))))["text"]);
    }

    [Fact]
    public async Task A_change_that_is_wrong_changes_nothing()
    {
        var name = await at.MakeAsync(AgentServer.Source(Good, """, "schedule": { "cron": "0 0 1 1 *" }, "settings": { "n": { "type": "number", "default": 1 } }"""));
        var before = (await at.Server.GetAsync($"/api/agents/{name}?code=true")).Body;
        JsonObject[] wrong =
        [
            new() { ["source"] = "not C#" }, new() { ["settings"] = new JsonObject { ["n"] = "many" } }, new() { ["settings"] = new JsonObject { ["n"] = new JsonObject { ["m"] = 1 } } },
            new() { ["source"] = AgentServer.Source(Good, """, "schedule": { "cron": "0 0 31 2 *" }""") }, new() { ["settings"] = 5 }, new() { ["source"] = true }, new() { ["sauce"] = "x" },
            new() { ["source"] = AgentServer.Source(Good, $$""", "after": ["{{name}}"]""") }, new() { ["source"] = "\0" },
        ];
        foreach (var update in wrong)
        {
            var answer = await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", update);
            Assert.True(answer.Status == 400 && (string?)answer.Json["detail"] is { Length: > 10 }, answer.Body);
        }

        Assert.Equal(before, (await at.Server.GetAsync($"/api/agents/{name}?code=true")).Body);
        Assert.Equal("ok", (string?)(await at.RunAsync(name))["text"]);
    }

    [Fact]
    public async Task Output_that_is_no_text_is_kept_readable()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            var raw = System.Console.OpenStandardError();
            raw.Write(new byte[] { 0x00, 0xff, 0xfe, 0x41, 0x0a }, 0, 5);
            return AgentResult.Success("a\0b\ud800c");
            """));
        var run = await at.RunAsync(name);

        Assert.Equal("succeeded", (string?)run["state"]);
        Assert.DoesNotContain('\0', (string)run["text"]!);
        Assert.Contains(await at.LogAsync(run), line => line.EndsWith('A'));
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => Cli.RunAsync(at.Server, arguments);
}
