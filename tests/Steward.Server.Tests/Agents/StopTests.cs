using System.Text.Json.Nodes;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>The kill switch holds agents, too: those that are to begin, and those that go on. Each test has its own server.</summary>
public sealed class StopTests : IAsyncLifetime
{
    private const string Reads = """, "tools": { "http": { "hosts": ["127.0.0.1"] } }""";

    private readonly AgentServer at = new();

    public ValueTask InitializeAsync() => at.InitializeAsync();

    public ValueTask DisposeAsync() => at.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("actor")]
    public async Task Under_a_stop_no_run_begins_and_it_goes_on_when_that_is_lifted(string? scope)
    {
        var (name, other) = (await at.MakeAsync(AgentServer.Source("""return AgentResult.Success("ran");""")), await at.MakeAsync(AgentServer.Source("""return AgentResult.Success("ran");""")));
        await StopAsync(scope is null ? null : name);
        var id = (string)(await at.Server.PostAsync($"/api/agents/{name}/execute")).Json["id"]!;

        JsonNode? run = null;
        await Eventually.HoldsAsync(async () => ((string?)(run = (await at.Server.GetAsync($"/api/tasks/{id}")).Json)["queue"]?["reason"])?.Contains("drill", StringComparison.Ordinal) == true, "it waits and says why", AgentServer.Ending);
        Assert.Equal(("queued", 0), ((string?)run!["state"], (int)run["attempt"]!));
        if (scope is not null)
        {
            Assert.Equal("ran", (string?)(await at.RunAsync(other))["text"]);
        }

        await ResumeAsync(scope is null ? null : name);
        Assert.Equal("ran", (string?)(await at.EndOfAsync(id))["text"]);
    }

    [Fact]
    public async Task Under_a_stop_a_run_that_goes_on_is_refused_every_tool_and_is_not_tried_again()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            for (var n = 0; ; n++) { await context.Http.GetAsync(new Uri(context.Run.Payload!), cancellationToken); context.Log.Info($"asked {n}"); await Task.Delay(1100, cancellationToken); }
            """, Reads));
        var id = (string)(await at.Server.PostAsync($"/api/agents/{name}/execute", new JsonObject { ["payload"] = at.Page.ToString() })).Json["id"]!;
        await Eventually.HoldsAsync(() => at.Asked > 0, "it reads", AgentServer.Ending);

        await StopAsync(null);
        var asked = at.Asked;
        var run = await at.EndOfAsync(id);

        Assert.Equal(("refused", 1), ((string?)run["state"], (int)run["attempt"]!));
        Assert.Contains("drill", (string?)run["text"], StringComparison.Ordinal);
        Assert.InRange(at.Asked, asked, asked + 1);
        await ResumeAsync(null);
    }

    [Fact]
    public async Task What_a_schedule_asks_for_during_a_stop_runs_once_when_it_is_lifted()
    {
        await StopAsync(null);
        var name = await at.MakeAsync(AgentServer.Source("""return AgentResult.Success("");""", """, "schedule": { "every": "00:00:01" }"""));
        await Eventually.HoldsAsync(async () => (await at.Server.GetAsync($"/api/agents/{name}/skips")).Body.Contains("stands for it", StringComparison.Ordinal), "a second time came while the first waits", AgentServer.Ending);

        Assert.Single((await at.Server.GetAsync($"/api/agents/{name}/tasks")).Json["items"]!.AsArray());
        Assert.Equal(1, (long)(await at.Server.GetAsync($"/api/tasks/stats/summary?agent={name}")).Json["queued"]!);
        await ResumeAsync(null);
        await Eventually.HoldsAsync(async () => (await at.Server.GetAsync($"/api/agents/{name}/tasks?state=succeeded")).Json["items"]!.AsArray().Count > 0, "it runs again", AgentServer.Ending);
    }

    private async Task StopAsync(string? agent) =>
        Assert.Equal(200, (await at.Server.PostAsync("/api/stop", agent is null ? new JsonObject { ["reason"] = "a drill" } : new JsonObject { ["reason"] = "a drill", ["actor"] = $"agent:{agent}" })).Status);

    private async Task ResumeAsync(string? agent) => Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Delete, agent is null ? "/api/stop" : $"/api/stop?actor=agent:{agent}")).Status);
}
