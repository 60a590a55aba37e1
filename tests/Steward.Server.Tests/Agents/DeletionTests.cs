using Steward.Platform.Storage;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>An agent that is deleted leaves nothing behind.</summary>
public sealed class DeletionTests(AgentServer at) : IClassFixture<AgentServer>
{
    [Fact]
    public async Task Nothing_is_left_of_an_agent_that_is_deleted_while_it_runs()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            for (var n = 0; ; n++)
            {
                try { await context.Files.WriteAsync($"f{n}", "x", cancellationToken); await context.Memory.SetAsync($"k{n}", n, cancellationToken); } catch (ToolException) { }
                context.Log.Info($"still {n}");
                await Task.Delay(20, CancellationToken.None);
            }
            """, """, "tools": { "files": {}, "memory": {} }, "limits": { "time": "00:05:00", "retries": 3 }"""));
        var agent = (string)(await at.Server.GetAsync($"/api/agents/{name}")).Json["agent"]!["id"]!;
        var id = (string)(await at.Server.PostAsync($"/api/agents/{name}/execute")).Json["id"]!;
        var folder = Path.Combine(at.Server.DataDirectory, "agents", agent);
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(folder, "f3")), "it writes", AgentServer.Ending);

        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Delete, $"/api/agents/{name}")).Status);

        await Eventually.HoldsAsync(async () => (string?)(await at.Server.GetAsync($"/api/work/{id}")).Json["state"] == "cancelled", "its run is called off", AgentServer.Ending);
        Assert.False(Directory.Exists(folder));
        Assert.Equal(0, await LeftAsync(agent, id));
    }

    [Fact]
    public async Task A_run_of_a_deleted_agent_is_neither_tried_again_nor_called_off()
    {
        var name = await at.MakeAsync(AgentServer.Source("""return AgentResult.Failure("as asked");""", """, "limits": { "retries": 0 }"""));
        var agent = (string)(await at.Server.GetAsync($"/api/agents/{name}")).Json["agent"]!["id"]!;
        var id = (string)(await at.RunAsync(name))["id"]!;
        await Eventually.HoldsAsync(async () => (string?)(await at.Server.GetAsync($"/api/work/{id}")).Json["state"] == "dead", "it is dead", AgentServer.Ending);
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Delete, $"/api/agents/{name}")).Status);

        (await at.Server.PostAsync($"/api/tasks/{id}/retry")).IsProblem(404, "not-found");
        (await at.Server.PostAsync($"/api/work/{id}/retry")).IsProblem(404, "not-found");
        Assert.Equal("dead", (string?)(await at.Server.GetAsync($"/api/work/{id}")).Json["state"]);

        // As one that waited for its turn when its agent went.
        await at.Server.Get<Database>().WriteAsync(session => session.ExecuteAsync(
            "UPDATE work SET state = 'pending', finished_at = NULL, next_at = '2999-01-01T00:00:00.000000Z' WHERE id = @id", ("id", Guid.Parse(id))), AgentServer.Ending);
        (await at.Server.PostAsync($"/api/tasks/{id}/cancel")).IsProblem(404, "not-found");
        Assert.Equal(0, await LeftAsync(agent, id));
    }

    [Fact]
    public async Task What_a_deleted_agent_left_in_a_crash_is_swept()
    {
        var (gone, folder) = (Guid.CreateVersion7().ToString(), "");
        folder = Directory.CreateDirectory(Path.Combine(at.Server.DataDirectory, "agents", gone)).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "f"), "x", AgentServer.Ending);
        await at.Server.Get<Database>().WriteAsync(session => session.ExecuteAsync(
            "INSERT INTO agent_memory (agent_id, key, value, changed_at) VALUES (@id, 'k', '1', '2020-01-01T00:00:00.000000Z')", ("id", Guid.Parse(gone))), AgentServer.Ending);

        await at.Server.Get<WorkLedger>().EnqueueAsync(new NewWork("agents.forget", "sweep", "{}"), AgentServer.Ending);

        await Eventually.HoldsAsync(async () => !Directory.Exists(folder) && await LeftAsync(gone, gone) == 0, "nothing is left", AgentServer.Ending);
    }

    private Task<long> LeftAsync(string agent, string run) => at.Server.Get<Database>().ReadAsync(session => session.NumberAsync(
        """
        SELECT (SELECT COUNT(*) FROM agent_memory WHERE agent_id = @agent) + (SELECT COUNT(*) FROM agent_use WHERE agent_id = @agent) + (SELECT COUNT(*) FROM agent_attempt WHERE agent_id = @agent)
             + (SELECT COUNT(*) FROM agent_run WHERE agent_id = @agent) + (SELECT COUNT(*) FROM agent_line WHERE run_id = @run)
        """, ("agent", Guid.Parse(agent)), ("run", Guid.Parse(run))), AgentServer.Ending);
}
