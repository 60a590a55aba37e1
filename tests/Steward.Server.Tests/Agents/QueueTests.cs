using System.Text.Json.Nodes;
using Steward.Platform.Storage;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>Runs that wait for their turn, as lists show them.</summary>
public sealed class QueueTests(AgentServer at) : IClassFixture<AgentServer>
{
    [Fact]
    public async Task Runs_of_one_agent_stand_in_the_order_in_which_they_will_run_and_lists_name_their_agent()
    {
        var until = new TaskCompletionSource();
        at.Hold = () => until.Task;
        var name = await at.MakeAsync(AgentServer.Source(
            $$"""await context.Http.GetAsync(new Uri("{{at.Page}}held"), cancellationToken); return AgentResult.Success("");""", """, "tools": { "http": { "hosts": ["127.0.0.1"] } }"""));
        var runs = new List<string>();
        for (var run = 0; run < 3; run++)
        {
            runs.Add((string)(await at.Server.PostAsync($"/api/agents/{name}/execute")).Json["id"]!);
        }

        // As it is when the ledger has just looked at the second one, and it has to wait on.
        await at.Server.Get<Database>().WriteAsync(session => session.ExecuteAsync(
            "UPDATE work SET state = 'pending', next_at = @later WHERE id = @id", ("later", TimeProvider.System.GetUtcNow().AddMinutes(1)), ("id", Guid.Parse(runs[1]))), AgentServer.Ending);

        var waiting = (await at.Server.GetAsync($"/api/tasks?agent={name}&state=queued")).Json["items"]!.AsArray().Where(run => run!["queue"] is not null).ToList();
        Assert.Equal(waiting.Select(run => (string)run!["id"]!).Order(StringComparer.Ordinal), waiting.OrderBy(run => (int)run!["queue"]!["place"]!).Select(run => (string)run!["id"]!));
        Assert.All((await at.Server.GetAsync("/api/tasks")).Json["items"]!.AsArray().Where(run => runs.Contains((string)run!["id"]!)), run => Assert.Equal(name, (string?)run!["agent"]));
        until.SetResult();
        foreach (var run in runs)
        {
            await at.Server.PostAsync($"/api/tasks/{run}/cancel");
        }
    }

    [Fact]
    public async Task What_waits_is_called_off_as_a_run_and_a_dead_letter_leaves_the_ledger()
    {
        var name = await at.MakeAsync(AgentServer.Source("""return AgentResult.Failure("not done");""", """, "limits": { "retries": 0 }"""));
        Assert.Equal(200, (await at.Server.PostAsync("/api/stop", new JsonObject { ["reason"] = "a drill", ["actor"] = $"agent:{name}" })).Status);
        var id = (string)(await at.Server.PostAsync($"/api/agents/{name}/execute")).Json["id"]!;
        await Eventually.HoldsAsync(async () => (string?)(await at.Server.GetAsync($"/api/tasks/{id}")).Json["queue"]?["reason"] is { } reason && reason.Contains("drill", StringComparison.Ordinal), "it waits", AgentServer.Ending);

        var dropped = await at.Server.PostAsync($"/api/work/{id}/drop");

        dropped.IsProblem(409, "not-by-itself");
        Assert.Contains($"steward runs cancel {id}", (string?)dropped.Json["detail"], StringComparison.Ordinal);
        Assert.Equal("queued", (string?)(await at.Server.GetAsync($"/api/tasks/{id}")).Json["state"]);
        Assert.Equal("cancelled", (string?)(await at.Server.PostAsync($"/api/tasks/{id}/cancel")).Json["state"]);

        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Delete, $"/api/stop?actor=agent:{name}")).Status);
        var dead = await at.RunAsync(name);
        await Eventually.HoldsAsync(async () => (string?)(await at.Server.GetAsync($"/api/work/{dead["id"]}")).Json["state"] == "dead", "it is a dead letter", AgentServer.Ending);
        Assert.Equal("cancelled", (string?)(await at.Server.PostAsync($"/api/work/{dead["id"]}/drop")).Json["state"]);
        Assert.Equal("failed", (string?)(await at.Server.GetAsync($"/api/tasks/{dead["id"]}")).Json["state"]);
    }
}
