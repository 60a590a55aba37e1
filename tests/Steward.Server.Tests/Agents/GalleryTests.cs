using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Server.Tests.Agents;

/// <summary>What agents can be made from, and how those that are there have done.</summary>
public sealed class GalleryTests(ProviderServer at) : IClassFixture<ProviderServer>
{
    private const string Asks = """, "tools": { "model": {} }, "limits": { "retries": 0 }""";

    [Fact]
    public async Task Templates_come_with_their_tools_and_what_they_need()
    {
        var templates = (await at.Agents.Server.GetAsync("/api/agents/gallery")).Json["templates"]!.AsArray();

        var uptime = Assert.Single(templates, template => (string?)template!["name"] == "uptime")!;
        Assert.Equal(["http", "notify"], uptime["tools"]!.AsArray().Select(tool => (string)tool!));
        Assert.Null(uptime["settings"]!["url"]!["default"]);
        Assert.NotNull(uptime["schedule"]);
        Assert.NotEmpty((string)uptime["purpose"]!);
    }

    [Fact]
    public async Task An_agent_comes_with_its_runs_its_calls_and_what_it_cost()
    {
        at.World.Model.Says("Yes.");
        var name = await at.Agents.MakeAsync(AgentServer.Source(
            """
            if (context.Run.Payload == "fail") { return AgentResult.Failure("as asked"); }
            return AgentResult.Success(await context.Model.AskAsync("Say.", "it", cancellationToken));
            """, Asks));
        Assert.Equal(("never", 0.0), await BeforeAsync(name));
        var first = await at.Agents.RunAsync(name);
        Assert.True((string?)first["state"] == "succeeded", first.ToJsonString());
        await at.Agents.RunAsync(name);
        var last = await at.Agents.RunAsync(name, "fail");

        var shown = await ShownAsync(name);

        Assert.Equal((3, 2, 1), ((int)shown["runs"]!["total"]!, (int)shown["runs"]!["succeeded"]!, (int)shown["runs"]!["failed"]!));
        Assert.Equal(2 / 3.0, (double)shown["runs"]!["successRate"]!, 9);
        Assert.Equal(((string)last["id"]!, "failed", 2), ((string?)shown["lastRun"]!["id"], (string?)shown["lastRun"]!["state"], (int)shown["toolCalls"]!));
        var model = shown["model"]!;
        Assert.Equal((2, 0), ((int)model["questions"]!, (int)model["unpriced"]!));
        Assert.Equal((((double)model["tokensIn"]! * 3) + ((double)model["tokensOut"]! * 15)) / 1e6, (double)model["dollars"]!, 9);
        Assert.Equal(("person:owner", null), ((string?)shown["origin"]!["by"], (string?)shown["origin"]!["template"]));
        Assert.Equal(["model"], shown["tools"]!.AsArray().Select(tool => (string)tool!));
    }

    [Fact]
    public async Task A_cost_that_nobody_knows_is_not_told_as_nothing()
    {
        var name = await at.Agents.MakeAsync(AgentServer.Source("return AgentResult.Success(await context.Model.AskAsync(\"Say.\", \"it\", cancellationToken));", Asks));
        at.World.Model.Says("Yes.");
        await at.Agents.RunAsync(name);
        at.World.Faults.Add(Fault.DropAfterEffect, Systems.Model, times: 1);
        await at.Agents.RunAsync(name);

        var model = (await ShownAsync(name))["model"]!;

        Assert.Equal((2, 1), ((int)model["questions"]!, (int)model["unpriced"]!));
        Assert.Null(model["dollars"]);
        var table = (await Cli.RunAsync(at.Agents.Server, "agents", "gallery", "--limit", "500")).Output.Split('\n');
        Assert.EndsWith("unknown", table.Single(line => line.StartsWith($"{name} ", StringComparison.Ordinal)).TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_tells_where_it_came_from()
    {
        var (made, back) = (at.Agents.NewName(), at.Agents.NewName());
        Assert.Equal(201, (await at.Agents.Server.PostAsync("/api/agents", new JsonObject { ["name"] = made, ["template"] = "uptime", ["settings"] = new JsonObject { ["url"] = at.Agents.Page.ToString() } })).Status);
        var file = (await at.Agents.Server.GetAsync($"/api/agents/{made}/export")).Json;
        Assert.Equal(201, (await at.Agents.Server.PostAsync("/api/agents/import", new JsonObject { ["name"] = back, ["file"] = file.DeepClone() })).Status);

        Assert.Equal("uptime", (string?)(await ShownAsync(made))["origin"]!["template"]);
        Assert.Equal((string?)file["signer"]!["fingerprint"], (string?)(await ShownAsync(back))["origin"]!["signer"]);
        var output = (await Cli.RunAsync(at.Agents.Server, "agents", "gallery", "--limit", "500")).Output;
        Assert.Contains("template uptime", output, StringComparison.Ordinal);
        Assert.Contains("a file of ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_paged_as_other_lists_are()
    {
        for (var n = 0; n < 3; n++)
        {
            await at.Agents.MakeAsync(AgentServer.Source("return AgentResult.Success(\"\");"));
        }

        var (seen, after) = (new List<string>(), (string?)null);
        do
        {
            var page = (await at.Agents.Server.GetAsync($"/api/agents/gallery?limit=2{(after is null ? "" : $"&after={after}")}")).Json;
            Assert.Equal(after is null, page["templates"]!.AsArray().Count > 0);
            Assert.InRange(page["items"]!.AsArray().Count, 1, 2);
            seen.AddRange(page["items"]!.AsArray().Select(agent => (string)agent!["id"]!));
            after = (string?)page["next"];
        }
        while (after is not null);

        Assert.Equal((await at.Agents.Server.GetAsync("/api/agents?limit=500")).Json["items"]!.AsArray().Select(agent => (string)agent!["id"]!), seen);
        Assert.Equal(400, (await at.Agents.Server.GetAsync("/api/agents/gallery?limit=0")).Status);
        Assert.Equal(400, (await at.Agents.Server.GetAsync("/api/agents/gallery?after=x")).Status);
    }

    private async Task<(string, double)> BeforeAsync(string name)
    {
        var shown = await ShownAsync(name);
        Assert.Null(shown["runs"]!["successRate"]);
        return (shown["lastRun"] is null ? "never" : "once", (double)shown["model"]!["dollars"]!);
    }

    private async Task<JsonNode> ShownAsync(string name) =>
        (await at.Agents.Server.GetAsync("/api/agents/gallery?limit=500")).Json["items"]!.AsArray().Single(agent => (string?)agent!["name"] == name)!;
}
