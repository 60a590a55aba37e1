using System.Text.Json.Nodes;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>Who hears of runs that came to no good end.</summary>
public sealed class DeadRunTests(AgentServer at) : IClassFixture<AgentServer>
{
    [Fact]
    public async Task Each_agent_is_told_by_its_name_with_what_tries_it_again()
    {
        var source = AgentServer.Source("""return AgentResult.Failure("as asked");""", """, "limits": { "retries": 0 }""");
        foreach (var name in new[] { await at.MakeAsync(source), await at.MakeAsync(source) })
        {
            var run = await at.RunAsync(name);

            var alert = await AlertAsync(name);
            Assert.Contains(name, (string?)alert["title"], StringComparison.Ordinal);
            Assert.Contains("as asked", (string?)alert["text"], StringComparison.Ordinal);
            Assert.Contains($"steward runs retry {run["id"]}", (string?)alert["text"], StringComparison.Ordinal);
        }

    }

    [Fact]
    public async Task A_run_that_was_refused_is_told_and_can_be_tried_again()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """await context.Http.GetAsync(new Uri("http://localhost:1/"), cancellationToken); return AgentResult.Success("asked");""", """, "tools": { "http": { "hosts": ["localhost"] } }"""));
        var run = await at.RunAsync(name);

        Assert.Equal(("refused", 1), ((string?)run["state"], (int)run["attempt"]!));
        Assert.Contains("inside a private network", (string?)(await AlertAsync(name))["text"], StringComparison.Ordinal);
        Assert.Equal(200, (await at.Server.PostAsync($"/api/tasks/{run["id"]}/retry")).Status);
    }

    [Fact]
    public async Task The_up_check_tells_that_it_may_not_ask()
    {
        var made = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = "inside", ["template"] = "uptime", ["settings"] = new JsonObject { ["url"] = $"{at.Page}away", ["failures"] = 1 } });
        Assert.True(made.Status == 201, made.Body);

        // No outage: nobody knows how the address is.
        Assert.Equal("refused", (string?)(await at.RunAsync("inside"))["state"]);
        Assert.Contains("The host localhost is not declared. Set 'url' to ", (string?)(await AlertAsync("inside"))["text"], StringComparison.Ordinal);
    }

    private async Task<JsonNode> AlertAsync(string name)
    {
        IReadOnlyList<JsonNode> told = [];
        await Eventually.HoldsAsync(async () =>
        {
            await at.Server.Get<WorkLedger>().WakeAsync("alerts.dead-letters", "loop", AgentServer.Ending);
            return (told = await at.ToldAsync(name)).Count > 0;
        }, $"{name} is told", AgentServer.Ending);
        return Assert.Single(told);
    }
}
