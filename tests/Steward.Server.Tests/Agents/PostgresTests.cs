using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>The life of an agent on the other store: what each statement says there.</summary>
public sealed class PostgresTests
{
    [Fact]
    public async Task An_agent_lives_on_PostgreSQL_as_on_SQLite()
    {
        await using var server = new RunningServer();
        server.Environment["STEWARD_Storage__ConnectionString"] = await TestPostgres.NewDatabaseAsync();
        await server.InitializeAsync();
        await MakeAsync(server, "counter", """
            if (context.Run.Payload == "wait") { await Task.Delay(-1); }
            if (context.Run.Payload == "fail") { return AgentResult.Failure("as asked"); }
            return AgentResult.Success($"{context.Last<int>() + 1}", context.Last<int>() + 1);
            """, """, "schedule": { "cron": "* * * * * *" }, "limits": { "retries": 1 }""");
        await MakeAsync(server, "follower", """return AgentResult.Success((await context.Agents.LastAsync("counter", cancellationToken)).Text ?? "none");""", """, "after": ["counter"], "tools": { "agents": { "names": ["counter"] } }""");
        await Eventually.HoldsAsync(async () => (await RunsAsync(server, "follower", "succeeded")).Count > 1, "one follows the other", AgentServer.Ending);
        Assert.Equal(200, (await server.PostAsync("/api/agents/counter/disable")).Status);

        var failed = await EndAsync(server, await StartAsync(server, "fail"));
        Assert.Equal(("failed", 2), ((string?)failed["state"], failed["attempts"]!.AsArray().Count));
        // The ledger writes a moment later that its item is over.
        await Eventually.HoldsAsync(async () => (await server.PostAsync($"/api/tasks/{failed["id"]}/retry")).Status == 200, "it can be tried again", AgentServer.Ending);
        var (going, waiting) = (await StartAsync(server, "wait"), await StartAsync(server, "wait"));
        Assert.Equal(200, (await server.PostAsync($"/api/tasks/{waiting}/cancel")).Status);
        Assert.Equal(200, (await server.PostAsync($"/api/tasks/{going}/cancel")).Status);
        Assert.Equal(["cancelled", "cancelled"], new[] { await EndAsync(server, going), await EndAsync(server, waiting) }.Select(run => (string)run["state"]!));

        var hook = (string)(await server.PostAsync("/api/agents/follower/hook")).Json["path"]!;
        Assert.Equal("succeeded", (string?)(await EndAsync(server, (string)(await server.PostAsync(hook, key: null)).Json["id"]!))["state"]);
        foreach (var path in new[] { "/api/agents/counter/versions", "/api/agents/counter/skips", "/api/agents/counter/usage", "/api/tasks?trigger=webhook&limit=1", "/api/tasks/stats/summary?agent=counter", "/api/agents/signers" })
        {
            Assert.Equal(200, (await server.GetAsync(path)).Status);
        }

        var file = (await server.GetAsync("/api/agents/follower/export")).Json;
        Assert.Equal(201, (await server.PostAsync("/api/agents/import", new JsonObject { ["file"] = file.DeepClone(), ["name"] = "again" })).Status);
        Assert.Equal(200, (await server.SendAsync(HttpMethod.Put, "/api/agents/again", new JsonObject { ["source"] = AgentServer.Source("return AgentResult.Success(\"\");") })).Status);
        Assert.Equal("lost", (string?)(await server.GetAsync("/api/agents/again/diff")).Json["changes"]!.AsArray()[^1]!["kind"]);
        var shown = (await server.GetAsync("/api/agents/gallery")).Json["items"]!.AsArray();
        Assert.Equal((string?)file["signer"]!["fingerprint"], (string?)shown.Single(agent => (string?)agent!["name"] == "again")!["origin"]!["signer"]);
        Assert.True((int)shown.Single(agent => (string?)agent!["name"] == "follower")!["toolCalls"]! > 0);
        Assert.NotNull(shown.Single(agent => (string?)agent!["name"] == "counter")!["lastRun"]);

        Assert.Equal(200, (await server.SendAsync(HttpMethod.Delete, "/api/agents/counter")).Status);
    }

    [Fact]
    public async Task What_an_agent_asks_a_model_is_counted_on_PostgreSQL()
    {
        var options = new WorldOptions { Speed = WorldOptions.Instant };
        await using var world = await World.StartAsync(options, TimeProvider.System, AgentServer.Ending);
        await using var server = new RunningServer();
        server.Environment["STEWARD_Storage__ConnectionString"] = await TestPostgres.NewDatabaseAsync();
        server.Environment["STEWARD_Models__BaseUrl"] = world.ModelUrl.ToString();
        server.Environment["STEWARD_Models__ApiKey"] = options.ModelApiKey;
        server.Environment["STEWARD_Models__Model"] = options.ModelName;
        server.Environment["STEWARD_Models__DollarsPerMillionOut"] = "15";
        await server.InitializeAsync();
        await MakeAsync(server, "counter", """
            await context.Model.AskAsync("Count.", "1", cancellationToken);
            return AgentResult.Success(await context.Model.AskAsync("Count.", "2", cancellationToken));
            """, """, "tools": { "model": {} }, "limits": { "modelCallsPerDay": 1, "retries": 0 }""");

        var run = await EndAsync(server, await StartAsync(server, ""));

        Assert.Contains("limits.modelCallsPerDay", (string?)run["text"], StringComparison.Ordinal);
        Assert.Equal(1, (int)run["model"]!["questions"]!);
        Assert.True((int)(await server.GetAsync("/api/agents/counter/usage")).Json["items"]![0]!["model"]!["tokensIn"]! > 0);
        Assert.True((double)(await server.GetAsync("/api/agents/gallery")).Json["items"]![0]!["model"]!["dollars"]! > 0);
        Assert.True((double)run["model"]!["dollars"]! > 0);
        Assert.Equal(200, (await server.SendAsync(HttpMethod.Delete, "/api/agents/counter")).Status);
    }

    private static async Task MakeAsync(RunningServer server, string name, string body, string declaration)
    {
        var made = await server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["source"] = AgentServer.Source(body, declaration) });
        Assert.True(made.Status == 201, made.Body);
    }

    private static async Task<string> StartAsync(RunningServer server, string payload)
    {
        var started = await server.PostAsync("/api/agents/counter/execute", new JsonObject { ["payload"] = payload });
        Assert.True(started.Status == 202, started.Body);
        return (string)started.Json["id"]!;
    }

    private static async Task<JsonNode> EndAsync(RunningServer server, string id)
    {
        JsonNode? run = null;
        await Eventually.HoldsAsync(async () => (string?)(run = (await server.GetAsync($"/api/tasks/{id}")).Json)["state"] is not ("queued" or "running"), $"run {id} ends", AgentServer.Ending);
        return run!;
    }

    private static async Task<JsonArray> RunsAsync(RunningServer server, string agent, string state) => (await server.GetAsync($"/api/agents/{agent}/tasks?state={state}")).Json["items"]!.AsArray();
}
