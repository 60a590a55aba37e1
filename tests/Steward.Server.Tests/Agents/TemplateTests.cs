using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents;

/// <summary>The agents that come along: each is made from its template, with its own tests, and does what it says.</summary>
public sealed class TemplateTests(AgentServer at) : IClassFixture<AgentServer>
{
    [Fact]
    public async Task Each_template_passes_its_own_tests_and_becomes_an_agent()
    {
        var names = (await at.Server.GetAsync("/api/agents/templates")).Json["items"]!.AsArray().Select(template => (string)template!["name"]!).ToList();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            var made = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = $"made-{name}", ["template"] = name, ["settings"] = Settings(name) });

            Assert.True(made.Status == 201, $"{name}: {made.Body}");
            var version = (await at.Server.GetAsync($"/api/agents/made-{name}")).Json;
            Assert.True(version["disabled"] is null, version.ToJsonString());
        }
    }

    [Fact]
    public async Task A_number_that_rises_is_told()
    {
        at.Answer = (200, """{"quote":{"price":100}}""");
        var made = await at.Server.PostAsync("/api/agents", new JsonObject
        {
            ["name"] = "tesla",
            ["template"] = "watch",
            ["settings"] = new JsonObject { ["url"] = at.Page.ToString(), ["what"] = "Tesla's share", ["path"] = "quote.price" },
        });
        Assert.True(made.Status == 201, made.Body);
        Assert.Equal("Tesla's share: 100 (0 %)", (string?)(await at.RunAsync("tesla"))["text"]);

        at.Answer = (200, """{"quote":{"price":"106.5"}}""");
        Assert.Equal("Tesla's share: 106.5 (+6.5 %)", (string?)(await at.RunAsync("tesla"))["text"]);

        Assert.Contains((await at.Server.GetAsync("/api/agents/tesla/usage")).Json["items"]!.AsArray(), use => (string?)use!["tool"] == "notify" && (int)use["calls"]! == 1);
    }

    [Fact]
    public async Task The_summary_tells_what_others_came_to()
    {
        var name = await at.MakeAsync(AgentServer.Source("return AgentResult.Success(\"all quiet\");"));
        await at.RunAsync(name);
        var made = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = "evening", ["template"] = "summary", ["settings"] = new JsonObject { ["agents"] = new JsonArray(name, "nobody") } });
        Assert.True(made.Status == 201, made.Body);

        Assert.Equal("1 well, 1 not", (string?)(await at.RunAsync("evening"))["text"]);
    }

    private JsonObject Settings(string template) => template switch
    {
        "watch" => new() { ["url"] = at.Page.ToString(), ["path"] = "price" },
        "fresh" => new() { ["url"] = at.Page.ToString(), ["used"] = "disk.used" },
        "uptime" or "certificate" or "feed" => new() { ["url"] = at.Page.ToString() },
        "cost" => new() { ["budget"] = 50 },
        "summary" => new() { ["agents"] = new JsonArray("made-uptime", "made-feed") },
        _ => [],
    };
}
