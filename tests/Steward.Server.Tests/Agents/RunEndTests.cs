using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Platform.Storage;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>A run that has ended, and its item in the ledger, which is finished a moment later.</summary>
public sealed class RunEndTests
{
    [Theory]
    [InlineData("return AgentResult.Success(\"done\");", false, "succeeded", "succeeded")]
    [InlineData("return AgentResult.Success(\"done\");", true, "succeeded", "succeeded")]
    [InlineData("return AgentResult.Success(\"done\");", false, "succeeded", "succeeded", true)]
    [InlineData("return AgentResult.Failure(\"not done\");", false, "failed", "dead")]
    public async Task What_had_ended_when_its_server_died_does_not_run_again(string body, bool isPaused, string state, string work, bool isStopped = false)
    {
        using var directory = new TempDirectory();
        string key, id;
        await using (var before = new RunningServer(directory))
        {
            await before.InitializeAsync();
            key = before.ShownKey!;
            var made = await before.PostAsync("/api/agents", new JsonObject { ["name"] = "ends", ["source"] = AgentServer.Source(body, """, "limits": { "retries": 0 }""") });
            Assert.True(made.Status == 201, made.Body);
            id = (string)(await before.PostAsync("/api/agents/ends/execute")).Json["id"]!;
            await Eventually.HoldsAsync(async () => (string?)(await before.GetAsync($"/api/work/{id}")).Json["state"] == work, "it ended", AgentServer.Ending);
            if (isPaused)
            {
                await before.PostAsync("/api/agents/ends/pause");
            }
        }

        // As a server leaves it that dies before it has finished the item, or one after it that takes the item up and is stopped at once.
        await WriteAsync(directory, isStopped
            ? "UPDATE work SET state = 'pending', finished_at = NULL, result = 'stopped', attempt = 0, next_at = created_at WHERE id = @id"
            : "UPDATE work SET state = 'running', finished_at = NULL, result = NULL, lease_owner = 'dead', next_at = created_at WHERE id = @id", id);

        await using var after = new RunningServer(directory);
        await after.InitializeAsync();
        await Eventually.HoldsAsync(async () => (string?)(await after.GetAsync($"/api/work/{id}", key)).Json["state"] == work, "its item is finished", AgentServer.Ending);
        var run = (await after.GetAsync($"/api/tasks/{id}", key)).Json;
        Assert.Equal((state, 1), ((string?)run["state"], (int)run["attempt"]!));
    }

    [Fact]
    public async Task What_is_driven_again_in_the_ledger_has_all_its_attempts()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var made = await server.PostAsync("/api/agents", new JsonObject { ["name"] = "fails", ["source"] = AgentServer.Source("return AgentResult.Failure(\"not done\");", """, "limits": { "retries": 1 }""") });
        Assert.True(made.Status == 201, made.Body);
        var id = (string)(await server.PostAsync("/api/agents/fails/execute")).Json["id"]!;
        await Eventually.HoldsAsync(async () => (string?)(await server.GetAsync($"/api/work/{id}")).Json["state"] == "dead", "it is dead", AgentServer.Ending);

        Assert.Equal(200, (await server.PostAsync($"/api/work/{id}/retry")).Status);

        await Eventually.HoldsAsync(async () => (await server.GetAsync($"/api/tasks/{id}")).Json is { } run && (int)run["attempt"]! == 4 && (string?)run["state"] == "failed", "it had two more attempts", AgentServer.Ending);
    }

    [Fact]
    public async Task What_was_tried_hundreds_of_times_is_tried_as_often_as_it_declares_and_shows_its_newest_attempts()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        await MakeAsync(server, "fails", "return AgentResult.Failure(\"not done\");", retries: 1);
        var id = Guid.Parse((string)(await server.PostAsync("/api/agents/fails/execute")).Json["id"]!);
        await Eventually.HoldsAsync(async () => (string?)(await server.GetAsync($"/api/work/{id}")).Json["state"] == "dead", "it is dead", AgentServer.Ending);
        // As somebody leaves it who had it tried again by hand so often.
        await server.Get<Database>().WriteAsync(async session =>
        {
            await session.ExecuteManyAsync("INSERT INTO agent_attempt SELECT run_id, @attempt, agent_id, state, text, started_at, finished_at FROM agent_attempt WHERE run_id = @id AND attempt = 1",
                [.. Enumerable.Range(3, 298).Select(attempt => new (string, object?)[] { ("attempt", attempt), ("id", id) })]);
            return await session.ExecuteAsync("UPDATE agent_run SET attempt = 300 WHERE id = @id", ("id", id));
        }, AgentServer.Ending);

        Assert.Equal(200, (await server.PostAsync($"/api/tasks/{id}/retry")).Status);

        await Eventually.HoldsAsync(async () => (string?)(await server.GetAsync($"/api/work/{id}")).Json["state"] == "dead", "it is dead again", AgentServer.Ending);
        var attempts = (await server.GetAsync($"/api/tasks/{id}")).Json["attempts"]!.AsArray().Select(attempt => (int)attempt!["attempt"]!);
        Assert.Equal(Enumerable.Range(103, 200), attempts);
    }

    [Fact]
    public async Task What_is_driven_again_runs_also_when_its_server_dies_before_it_begins()
    {
        using var directory = new TempDirectory();
        string key, id;
        await using (var before = new RunningServer(directory))
        {
            // The one place is taken when the item is driven again.
            before.Environment["STEWARD_Agents__AtOnce"] = "1";
            await before.InitializeAsync();
            key = before.ShownKey!;
            await MakeAsync(before, "fails", "return AgentResult.Failure(\"not done\");");
            await MakeAsync(before, "lasts", "await Task.Delay(TimeSpan.FromMinutes(4), cancellationToken); return AgentResult.Success(\"\");");
            id = (string)(await before.PostAsync("/api/agents/fails/execute")).Json["id"]!;
            await Eventually.HoldsAsync(async () => (string?)(await before.GetAsync($"/api/work/{id}")).Json["state"] == "dead", "it is dead", AgentServer.Ending);
            var other = (string)(await before.PostAsync("/api/agents/lasts/execute")).Json["id"]!;
            await Eventually.HoldsAsync(async () => (string?)(await before.GetAsync($"/api/tasks/{other}")).Json["state"] == "running", "the other one runs", AgentServer.Ending);
            Assert.Equal(200, (await before.PostAsync($"/api/work/{id}/retry")).Status);
        }

        // As a server leaves it that has just claimed the item.
        await WriteAsync(directory, "UPDATE work SET state = 'running', attempt = 1, fence = fence + 1, lease_owner = 'dead', next_at = created_at WHERE id = @id AND state = 'pending'", id);

        await using var after = new RunningServer(directory);
        await after.InitializeAsync();
        await Eventually.HoldsAsync(async () => (await after.GetAsync($"/api/tasks/{id}", key)).Json is { } run && (int)run["attempt"]! == 2 && (string?)run["state"] == "failed", "it ran again", AgentServer.Ending);
    }

    private static async Task MakeAsync(RunningServer server, string name, string body, int retries = 0)
    {
        var made = await server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["source"] = AgentServer.Source(body, $$""", "limits": { "retries": {{retries}} }""") });
        Assert.True(made.Status == 201, made.Body);
    }

    private static async Task WriteAsync(TempDirectory directory, string sql, string id)
    {
        await using var store = await new OpenDatabase(Options.Create(new StorageOptions { DataDirectory = directory["data"] }), TimeProvider.System).HandleAsync(AgentServer.Ending);
        Assert.Equal(1, await store.WriteAsync(session => session.ExecuteAsync(sql, ("id", Guid.Parse(id))), AgentServer.Ending));
    }
}
