using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents;

/// <summary>How agents are made and changed.</summary>
public sealed class MakingTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Good = """return AgentResult.Success("ok");""";

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "", "source", "empty" },
        { "not C# at all", "source", "error CS" },
        { AgentServer.Source("return missing;"), "source", "CS0103" },
        { "public sealed class None { }", "source", "No class derives from Agent" },
        { AgentServer.Source(Good).Replace("public sealed class", "internal sealed class", StringComparison.Ordinal), "source", "not public" },
        { AgentServer.Source(Good, """, "colour": "red" """), "declaration.colour", "colour" },
        { AgentServer.Source(Good, """, "schedule": { "cron": "61 * * * *" }"""), "declaration.schedule.cron", "61" },
        { AgentServer.Source(Good, """, "schedule": { "cron": "0 8 * * *", "zone": "Mars/Olympus" }"""), "declaration.schedule.zone", "Mars" },
        { AgentServer.Source(Good, """, "schedule": { "cron": "* * * * * * *" }"""), "declaration.schedule.cron", "five or six" },
        { AgentServer.Source(Good, """, "schedule": { "cron": "@often" }"""), "declaration.schedule.cron", "@hourly" },
        { AgentServer.Source(Good, """, "schedule": { "cron": "0 0 30 2 *" }"""), "declaration.schedule.cron", "no calendar" },
        { AgentServer.Source(Good, """, "schedule": { "every": "00:01:00", "zone": "Europe/Berlin" }"""), "declaration.schedule.zone", "cron expression only" },
        { AgentServer.Source(Good, """, "schedule": { "cron": 5 }"""), "declaration.schedule.cron", "must be a text" },
        { AgentServer.Source(Good, """, "schedule": null"""), "declaration.schedule", "must be an object" },
        { AgentServer.Source(Good, """, "after": "uptime" """), "declaration.after", "list" },
        { AgentServer.Source(Good, """, "after": ["No Name"]"""), "declaration.after", "No Name" },
        { AgentServer.Source(Good, """, "tools": { "agents": {} }"""), "declaration.tools.agents.names", "list" },
        { AgentServer.Source(Good, """, "schedule": { "every": "soon" }"""), "declaration.schedule.every", "soon" },
        { AgentServer.Source(Good, """, "tools": { "teleport": {} }"""), "declaration.tools.teleport", "teleport" },
        { AgentServer.Source(Good, """, "tools": { "http": { "hosts": ["*.example.org"] } }"""), "declaration.tools.http.hosts", "wildcard" },
        { AgentServer.Source(Good, """, "tools": { "http": { "hosts": ["{nowhere}"] } }"""), "declaration.tools.http.hosts", "no such setting" },
        { AgentServer.Source(Good, """, "limits": { "memoryMb": 100000 }"""), "declaration.limits.memoryMb", "64" },
        { AgentServer.Source(Good, """, "settings": { "n": { "type": "number", "default": "many" } }"""), "declaration.settings.n.default", "a number" },
        { AgentServer.Source(Good, more: "[AgentTest] public static Task Fails(TestBench bench) { Expect.That(false, \"it is so\"); return Task.CompletedTask; }"), "source", "Expected that it is so" },
        { AgentServer.Source(Good, more: "[AgentTest] public static Task Proves_nothing(TestBench bench) => Task.CompletedTask;"), "source", "proves nothing" },
        { AgentServer.Source(Good, more: "[AgentTest] public static Task Exits(TestBench bench) { System.Environment.Exit(0); return Task.CompletedTask; }"), "source", "did not come to their end" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_named_and_nothing_is_made(string source, string field, string says)
    {
        var before = await at.CountAsync();
        var answer = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = at.NewName(), ["source"] = source });

        Assert.True(answer.Status == 400, answer.Body);
        Assert.Equal(field, (string?)answer.Json["field"]);
        Assert.Contains(says, (string?)answer.Json["detail"], StringComparison.Ordinal);
        Assert.Equal(before, await at.CountAsync());
    }

    [Theory]
    [InlineData("{}", "settings.n")]
    [InlineData("""{"n":true}""", "settings.n")]
    [InlineData("""{"n":null}""", "settings.n")]
    [InlineData("""{"n":{"m":1}}""", "settings.n")]
    [InlineData("""{"n":"४"}""", "settings.n")]
    [InlineData("""{"n":1,"unknown":2}""", "settings.unknown")]
    public async Task Settings_of_the_wrong_type_are_named(string settings, string field)
    {
        var answer = await at.Server.PostAsync("/api/agents", new JsonObject
        {
            ["name"] = at.NewName(), ["source"] = AgentServer.Source(Good, """, "settings": { "n": { "type": "number", "about": "How many" } }"""), ["settings"] = JsonNode.Parse(settings),
        });

        Assert.Equal((400, field), (answer.Status, (string?)answer.Json["field"]));
    }

    [Theory]
    [InlineData("Big")]
    [InlineData("../x")]
    [InlineData("")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        var answer = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["source"] = AgentServer.Source(Good) });

        Assert.Equal((400, "name"), (answer.Status, (string?)answer.Json["field"]));
    }

    [Fact]
    public async Task A_change_is_a_version_and_an_earlier_one_can_run_again()
    {
        var name = await at.MakeAsync(AgentServer.Source("""return AgentResult.Success("first");"""));
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["source"] = AgentServer.Source("""return AgentResult.Success("second");""") })).Status);
        var second = await at.RunAsync(name);
        Assert.Equal(("second", 2), ((string?)second["text"], (int)second["version"]!));

        Assert.Equal(200, (await at.Server.PostAsync($"/api/agents/{name}/versions/1/activate")).Status);
        Assert.Equal("first", (string?)(await at.RunAsync(name))["text"]);
        Assert.Equal([2, 1], (await at.Server.GetAsync($"/api/agents/{name}/versions")).Json["items"]!.AsArray().Select(version => (int)version!["version"]!));
        Assert.Equal(404, (await at.Server.PostAsync($"/api/agents/{name}/versions/9/activate")).Status);
    }

    [Theory]
    [InlineData("templates")]
    [InlineData("gallery")]
    [InlineData("signer")]
    [InlineData("signers")]
    [InlineData("a0000000-0000-0000-0000-000000000001")]
    public async Task A_name_that_an_address_reads_as_something_else_is_refused(string name)
    {
        (await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["source"] = AgentServer.Source(Good) })).IsProblem(400, "invalid", "name");
        (await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["description"] = "Say good morning every day." })).IsProblem(400, "invalid", "name");
    }

    [Fact]
    public async Task Code_is_shown_to_who_asks_for_it_only()
    {
        var name = await at.MakeAsync(AgentServer.Source(Good));

        Assert.DoesNotContain("AgentResult", (await at.Server.GetAsync($"/api/agents/{name}")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("AgentResult", (await at.Server.GetAsync("/api/agents")).Body, StringComparison.Ordinal);
        Assert.Contains("AgentResult", (string?)(await at.Server.GetAsync($"/api/agents/{name}?code=true")).Json["source"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_deleted_is_gone_and_its_name_is_free()
    {
        var name = await at.MakeAsync(AgentServer.Source(Good));
        await at.RunAsync(name);

        Assert.Equal(409, (await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["source"] = AgentServer.Source(Good) })).Status);
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Delete, $"/api/agents/{name}")).Status);
        Assert.Equal(404, (await at.Server.GetAsync($"/api/agents/{name}")).Status);
        Assert.Equal(404, (await at.Server.GetAsync($"/api/agents/{name}/tasks")).Status);
        Assert.Equal(201, (await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["source"] = AgentServer.Source(Good) })).Status);
    }

    [Fact]
    public async Task Who_may_only_read_makes_and_runs_nothing()
    {
        var name = await at.MakeAsync(AgentServer.Source(Good));
        var (_, reader) = await at.Server.MakeKeyAsync("reader", Steward.Kernel.Scopes.Read);

        Assert.Equal(200, (await at.Server.GetAsync($"/api/agents/{name}", reader)).Status);
        Assert.Equal(403, (await at.Server.PostAsync($"/api/agents/{name}/execute", null, reader)).Status);
        Assert.Equal(403, (await at.Server.PostAsync("/api/agents", new JsonObject(), reader)).Status);
    }
}
