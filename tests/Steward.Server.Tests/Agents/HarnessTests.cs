using System.Text.Json.Nodes;
using Steward.Platform.Storage;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>How runs wait, end, are tried again and are called off.</summary>
public sealed class HarnessTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Nobody = "01900000-0000-7000-8000-000000000000";
    private const string Slow = """await Task.Delay(-1); return AgentResult.Success("");""";
    private const string Never = """, "limits": { "retries": 0 }""";

    [Fact]
    public async Task A_run_that_goes_on_is_called_off_at_once_and_says_by_whom()
    {
        var name = await at.MakeAsync(AgentServer.Source($"context.Log.Info(\"begins\"); {Slow}"));
        var id = await StartAsync(name);
        await Eventually.HoldsAsync(async () => (await LogAsync(id)).Contains("begins", StringComparison.Ordinal), "it runs", AgentServer.Ending);

        var cancelled = await at.Server.PostAsync($"/api/tasks/{id}/cancel");
        var run = await at.EndOfAsync(id);

        Assert.Equal(200, cancelled.Status);
        Assert.Equal(("cancelled", "person:owner"), ((string?)run["state"], (string?)run["cancelledBy"]));
        Assert.Contains("person:owner", (string?)run["text"], StringComparison.Ordinal);
        Assert.Equal("cancelled", (string?)Assert.Single(run["attempts"]!.AsArray())!["state"]);
        await Eventually.HoldsAsync(async () => (string?)(await at.Server.GetAsync($"/api/work/{id}")).Json["state"] == "cancelled", "its item has ended, too", AgentServer.Ending);
        Assert.Equal(409, (await at.Server.PostAsync($"/api/tasks/{id}/cancel")).Status);
        Assert.Contains("agent.run-cancelled", (await at.Server.GetAsync("/api/audit?limit=20")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_wait_in_a_queue_that_is_shown_and_can_be_called_off_there()
    {
        var name = await at.MakeAsync(AgentServer.Source(Slow));
        var first = await StartAsync(name);
        await Eventually.HoldsAsync(async () => await StateAsync(first) == "running", "the first runs", AgentServer.Ending);
        var second = await StartAsync(name);

        JsonNode? waiting = null;
        await Eventually.HoldsAsync(async () => (string?)(waiting = (await at.Server.GetAsync($"/api/tasks/{second}")).Json)["queue"]?["reason"] == "Another run of the agent is going on.", "the second waits", AgentServer.Ending);
        Assert.True((int)waiting!["queue"]!["place"]! >= 1);
        var listed = (await at.Server.GetAsync($"/api/agents/{name}/tasks?state=queued")).Json["items"]!.AsArray();
        Assert.Equal(second, (string?)Assert.Single(listed)!["id"]);
        Assert.NotNull(listed[0]!["queue"]);

        Assert.Equal("cancelled", (string?)(await at.Server.PostAsync($"/api/tasks/{second}/cancel")).Json["state"]);
        await at.Server.PostAsync($"/api/tasks/{first}/cancel");
        await at.EndOfAsync(first);
        Assert.Equal(0, (int)(await at.Server.GetAsync($"/api/tasks/{second}")).Json["number"]!);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Whatever_fails_as_often_as_it_may_is_a_dead_letter_and_can_be_tried_again(int retries)
    {
        var name = await at.MakeAsync(AgentServer.Source("""return AgentResult.Failure($"attempt {context.Run.Attempt}");""", $$""", "limits": { "retries": {{retries}} }"""));
        var run = await at.RunAsync(name);

        Assert.Equal(("failed", retries + 1, 1), ((string?)run["state"], (int)run["attempt"]!, (int)run["number"]!));
        Assert.Equal(Enumerable.Repeat("failed", retries + 1), run["attempts"]!.AsArray().Select(attempt => (string)attempt!["state"]!));
        await Eventually.HoldsAsync(async () => (string?)(await at.Server.GetAsync($"/api/work/{run["id"]}")).Json["state"] == "dead", "it is a dead letter", AgentServer.Ending);

        Assert.Equal("queued", (string?)(await at.Server.PostAsync($"/api/tasks/{run["id"]}/retry")).Json["state"]);
        var again = await at.EndOfAsync((string)run["id"]!);
        Assert.Equal(($"attempt {retries + 1}", (retries + 1) * 2, 1), ((string?)again["text"], (int)again["attempt"]!, (int)again["number"]!));
    }

    [Theory]
    [InlineData("await Task.Delay(-1, cancellationToken);", "\"time\": \"00:00:02\"", "", "timedOut")]
    [InlineData("await context.Memory.SetAsync(\"a\", 1, cancellationToken);", "\"time\": \"00:01:00\"", "", "refused")]
    [InlineData("await context.Http.GetAsync(new Uri(\"http://169.254.169.254/\"), cancellationToken);", "\"time\": \"00:01:00\"", """, "tools": { "http": { "hosts": ["169.254.169.254"] } }""", "refused")]
    [InlineData("throw new System.InvalidOperationException(\"no\");", "\"time\": \"00:01:00\"", "", "failed")]
    public async Task How_an_attempt_ended_is_told_exactly_and_what_was_refused_is_not_tried_again(string body, string limits, string tools, string state)
    {
        var retries = state == "refused" ? 3 : 0;
        var name = await at.MakeAsync(AgentServer.Source($"if (context.Run.Attempt < 100) {{ {body} }} return AgentResult.Success(\"\");", $$"""{{tools}}, "limits": { {{limits}}, "retries": {{retries}} }"""));
        var run = await at.RunAsync(name);

        Assert.Equal((state, 1), ((string?)run["state"], (int)run["attempt"]!));
    }

    [Fact]
    public async Task Runs_that_wait_when_their_agent_is_paused_are_skipped_and_say_so()
    {
        var name = await at.MakeAsync(AgentServer.Source(Slow));
        var first = await StartAsync(name);
        await Eventually.HoldsAsync(async () => await StateAsync(first) == "running", "the first runs", AgentServer.Ending);
        var second = await StartAsync(name);
        await at.Server.PostAsync($"/api/agents/{name}/pause");
        await at.Server.PostAsync($"/api/tasks/{first}/cancel");

        Assert.Equal("cancelled", (string?)(await at.EndOfAsync(first))["state"]);
        var skipped = await at.EndOfAsync(second);
        Assert.Equal("skipped", (string?)skipped["state"]);
        Assert.Contains("paused", (string?)skipped["text"], StringComparison.Ordinal);
        Assert.Equal(409, (await at.Server.PostAsync($"/api/tasks/{second}/retry")).Status);
    }

    [Fact]
    public async Task A_disabled_agent_runs_by_hand_and_not_by_itself()
    {
        var name = await at.MakeAsync(AgentServer.Source("""return AgentResult.Success("by hand");""", """, "schedule": { "cron": "* * * * * *" }"""));
        Assert.Equal("disabled", (string?)(await at.Server.PostAsync($"/api/agents/{name}/disable")).Json["state"]);

        Assert.Null((await at.Server.GetAsync($"/api/agents/{name}")).Json["nextRunAt"]);
        Assert.Equal("by hand", (string?)(await at.RunAsync(name))["text"]);
        Assert.Equal("active", (string?)(await at.Server.PostAsync($"/api/agents/{name}/resume")).Json["state"]);
        Assert.NotNull((await at.Server.GetAsync($"/api/agents/{name}")).Json["nextRunAt"]);
        await at.Server.PostAsync($"/api/agents/{name}/pause");
    }

    [Fact]
    public async Task What_a_run_finds_stays_of_one_size_whatever_went_before()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            var found = (context.Handoff?.GetRawText().Length ?? 0) + (context.Run.Summary?.Length ?? 0);
            if (context.Run.Payload == "fail") { return AgentResult.Failure(new string('f', 9000)); }
            var size = context.Run.Payload == "large" ? 9900 : 8000;
            return AgentResult.Success($"{found}|{context.Run.Summary}".Length > 9000 ? "long" : $"{found}|{context.Run.Summary}", new string('x', size));
            """, Never));

        Assert.Equal("0|", (string?)(await at.RunAsync(name))["text"]);
        await at.RunAsync(name, "fail");
        var sizes = new List<int>();
        for (var run = 0; run < 6; run++)
        {
            var text = (string)(await at.RunAsync(name, run == 2 ? "large" : null))["text"]!;
            sizes.Add(int.Parse(text.Split('|')[0], System.Globalization.CultureInfo.InvariantCulture));
            Assert.Contains(run == 0 ? "1 of 2 runs succeeded" : "", text, StringComparison.Ordinal);
            Assert.Contains(run == 0 ? "failed at" : "", text, StringComparison.Ordinal);
        }

        Assert.All(sizes, size => Assert.InRange(size, 8000, 10_000));
        Assert.Equal(10_000, sizes[3]);
    }

    [Fact]
    public async Task A_run_whose_server_stops_goes_on_at_the_next_start_and_the_lost_attempt_counts_for_nothing()
    {
        using var directory = new TempDirectory();
        string key, id;
        await using (var first = new RunningServer(directory))
        {
            await first.InitializeAsync();
            key = first.ShownKey!;
            var made = await first.PostAsync("/api/agents", new JsonObject { ["name"] = "tough", ["source"] = AgentServer.Source("""if (context.Run.Attempt == 1) { await Task.Delay(-1); } return AgentResult.Success("there again");""", Never) });
            Assert.True(made.Status == 201, made.Body);
            id = (string)(await first.PostAsync("/api/agents/tough/execute")).Json["id"]!;
            await Eventually.HoldsAsync(async () => (string?)(await first.GetAsync($"/api/tasks/{id}")).Json["state"] == "running", "it runs", AgentServer.Ending);
        }

        await using var second = new RunningServer(directory);
        await second.InitializeAsync();
        JsonNode? run = null;
        await Eventually.HoldsAsync(async () => (string?)(run = (await second.GetAsync($"/api/tasks/{id}", key)).Json)["state"] == "succeeded", "it goes on", AgentServer.Ending);
        Assert.Equal(["lost", "succeeded"], run!["attempts"]!.AsArray().Select(attempt => (string)attempt!["state"]!));
        Assert.Equal("there again", (string?)run["text"]);
    }

    [Fact]
    public async Task Runs_are_forgotten_when_their_time_is_over()
    {
        var name = await at.MakeAsync(AgentServer.Source("""context.Log.Info("said"); return AgentResult.Success("");"""));
        var (old, young) = ((string)(await at.RunAsync(name))["id"]!, (string)(await at.RunAsync(name))["id"]!);
        await at.Server.Get<Database>().WriteAsync(session => session.ExecuteAsync("UPDATE agent_run SET finished_at = '2020-01-01T00:00:00.000000Z' WHERE id = @id", ("id", Guid.Parse(old))), AgentServer.Ending);

        await at.Server.Get<WorkLedger>().EnqueueAsync(new NewWork("agents.forget", "now", "{}"), AgentServer.Ending);

        await Eventually.HoldsAsync(async () => (await at.Server.GetAsync($"/api/tasks/{old}")).Status == 404, "the old one is forgotten", AgentServer.Ending);
        Assert.Equal(200, (await at.Server.GetAsync($"/api/tasks/{young}")).Status);
        Assert.Contains("said", await LogAsync(young), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_only_read_calls_nothing_off()
    {
        var (_, reader) = await at.Server.MakeKeyAsync("looker", Steward.Kernel.Scopes.Read);

        foreach (var path in new[] { $"/api/tasks/{Nobody}/cancel", $"/api/tasks/{Nobody}/retry", "/api/agents/x/hook", "/api/agents/x/disable", "/api/agents/test" })
        {
            Assert.Equal(403, (await at.Server.PostAsync(path, new JsonObject(), reader)).Status);
        }

        Assert.Equal(404, (await at.Server.PostAsync($"/api/tasks/{Nobody}/cancel")).Status);
    }

    private async Task<string> StartAsync(string name) => (string)(await at.Server.PostAsync($"/api/agents/{name}/execute")).Json["id"]!;

    private async Task<string?> StateAsync(string id) => (string?)(await at.Server.GetAsync($"/api/tasks/{id}")).Json["state"];

    private async Task<string> LogAsync(string id) => (await at.Server.GetAsync($"/api/tasks/{id}/logs")).Body;
}
