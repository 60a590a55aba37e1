using Steward.Platform.Storage;

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
        Assert.All((await at.Server.GetAsync("/api/tasks")).Json["items"]!.AsArray(), run => Assert.Equal(name, (string?)run!["agent"]));
        until.SetResult();
        foreach (var run in runs)
        {
            await at.Server.PostAsync($"/api/tasks/{run}/cancel");
        }
    }
}
