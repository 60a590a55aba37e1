using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>What agents may ask a model, and tell people: as often as may be, through the gate, accounted for.</summary>
public sealed class ModelToolTests(ProviderServer at) : IClassFixture<ProviderServer>
{
    private const string Asks = """, "tools": { "model": {} }, "limits": { "retries": 0 }""";

    [Fact]
    public async Task A_model_is_asked_through_the_gate_and_its_tokens_are_the_agents_and_the_runs()
    {
        at.World.Model.Says("It rains. token=abcdefgh1234");
        var name = await at.Agents.MakeAsync(AgentServer.Source("""return AgentResult.Success(await context.Model.AskAsync("Say what it means.", "rain, password=hunter22", cancellationToken));""", Asks));
        var run = await at.Agents.RunAsync(name);

        Assert.Equal("[simulated, no model was asked] It rains. token=[redacted]", (string?)run["text"]);
        Assert.Contains(at.World.Model.Questions, question => question.ToJsonString().Contains("rain, password=[redacted]", StringComparison.Ordinal));
        var use = (await at.Agents.Server.GetAsync($"/api/agents/{name}/usage")).Json["items"]![0]!;
        Assert.Equal(("model_ask", 1), ((string?)use["tool"], (int)use["model"]!["questions"]!));
        Assert.True((int)use["model"]!["tokensIn"]! > 0 && (int)use["model"]!["tokensOut"]! > 0);
        Assert.Equal((((double)use["model"]!["tokensIn"]! * 3) + ((double)use["model"]!["tokensOut"]! * 15)) / 1e6, (double)use["model"]!["dollars"]!, 9);
        Assert.Equal(use["model"]!.ToJsonString(), run["model"]!.ToJsonString());
        var rows = (await at.Agents.Server.GetAsync("/api/audit?limit=500")).Json["items"]!.AsArray().Where(row => (string?)row!["actor"] == $"agent:{name}").ToList();
        Assert.Contains(rows, row => (string?)row!["action"] == "model.ask");
        Assert.DoesNotContain(rows, row => row!.ToJsonString().Contains("rain", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_agent_asks_as_often_in_a_day_as_it_declares()
    {
        var run = await TryAsync("for (var n = 0; n < 3; n++) { await context.Model.AskAsync(\"Count.\", $\"{n}\", cancellationToken); }", """, "tools": { "model": {} }, "limits": { "retries": 0, "modelCallsPerDay": 2 }""");

        Assert.StartsWith("too-many: The agent's 2 questions of this day", (string?)run["text"], StringComparison.Ordinal);
        Assert.Equal(2, (int)run["model"]!["questions"]!);
    }

    [Fact]
    public async Task Once_everything_is_stopped_no_model_is_asked_and_nobody_has_to_decide()
    {
        var name = await at.Agents.MakeAsync(AgentServer.Source(
            """
            try { while (true) { await context.Model.AskAsync("Say.", "it", cancellationToken); context.Log.Info("asked"); await Task.Delay(1000, cancellationToken); } }
            catch (ToolException e) { return AgentResult.Failure($"{e.Code}: {e.Message}"); }
            """, Asks));
        var id = (string)(await at.Agents.Server.PostAsync($"/api/agents/{name}/execute")).Json["id"]!;
        await Eventually.HoldsAsync(async () => (await at.Agents.Server.GetAsync($"/api/tasks/{id}/logs")).Body.Contains("asked", StringComparison.Ordinal), "it asks", AgentServer.Ending);
        Assert.Equal(200, (await at.Agents.Server.PostAsync("/api/stop", new JsonObject { ["reason"] = "a test" })).Status);
        try
        {
            var asked = at.World.Model.Questions.Count;
            var run = await at.Agents.EndOfAsync(id);

            Assert.StartsWith("refused: The kill switch for everything is on", (string?)run["text"], StringComparison.Ordinal);
            Assert.Equal("refused", (string?)run["state"]);
            Assert.InRange(at.World.Model.Questions.Count, asked, asked + 1);
        }
        finally
        {
            Assert.Equal(200, (await at.Agents.Server.SendAsync(HttpMethod.Delete, "/api/stop?reason=over")).Status);
        }
    }

    [Fact]
    public async Task A_provider_that_is_down_is_unreachable()
    {
        at.World.Faults.Add(Fault.DropBeforeEffect, Systems.N8n);

        var run = await TryAsync("await context.N8n.WorkflowsAsync(cancellationToken);", """, "tools": { "n8n": {} }, "limits": { "retries": 0 }""");

        Assert.StartsWith("unreachable:", (string?)run["text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_to_people_are_bounded_in_an_hour()
    {
        var run = await TryAsync("for (var n = 0; n < 5; n++) { await context.Notify.SendAsync($\"{n}\", cancellationToken); }", """, "tools": { "notify": { "channels": ["n8n"] } }, "limits": { "retries": 0 }""");

        Assert.StartsWith("too-many:", (string?)run["text"], StringComparison.Ordinal);
        Assert.Contains("Agents:MessagesPerHour", (string?)run["text"], StringComparison.Ordinal);
        Assert.Equal(4, (int)run["calls"]!);
    }

    private async Task<JsonNode> TryAsync(string body, string declaration) => await at.Agents.RunAsync(await at.Agents.MakeAsync(AgentServer.Source(
        $$"""try { {{body}} return AgentResult.Success("done"); } catch (ToolException e) { return AgentResult.Failure($"{e.Code}: {e.Message}"); }""", declaration)));
}
