using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Platform.Storage;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>What starts an agent besides people.</summary>
public sealed class TriggerTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Echo = """return AgentResult.Success($"{context.Run.Trigger}: {context.Run.Payload}");""";

    [Theory]
    [InlineData("""{ "cron": "* * * * * *" }""")]
    [InlineData("""{ "every": "00:00:01" }""")]
    public async Task A_schedule_starts_it(string schedule)
    {
        var name = await at.MakeAsync(AgentServer.Source(Echo, $$""", "schedule": {{schedule}}"""));
        await Eventually.HoldsAsync(async () => (await RunsAsync(name, "&state=succeeded")).Count >= 2, "it ran twice", AgentServer.Ending);
        await at.Server.PostAsync($"/api/agents/{name}/pause");
        Assert.All(await RunsAsync(name, ""), run => Assert.Equal("schedule", (string?)run!["trigger"]));
    }

    [Fact]
    public async Task A_time_starts_it_once()
    {
        // Later than a slow machine needs to make it.
        var soon = TimeProvider.System.GetUtcNow().AddSeconds(10).ToString("O");
        var name = await at.MakeAsync(AgentServer.Source(Echo, $$""", "schedule": { "at": "{{soon}}" }"""));

        await Eventually.HoldsAsync(async () => (await RunsAsync(name, "&state=succeeded")).Count == 1, "it ran", AgentServer.Ending);
        Assert.Null((await at.Server.GetAsync($"/api/agents/{name}")).Json["nextRunAt"]);
    }

    [Fact]
    public async Task A_source_that_declares_a_time_that_has_passed_is_not_taken()
    {
        var past = AgentServer.Source(Echo, """, "schedule": { "at": "2020-01-01T00:00:00Z" }""");
        var refused = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = at.NewName(), ["source"] = past });
        refused.IsProblem(400, "invalid", "declaration.schedule.at");
        Assert.Contains("2020-01-01T00:00:00", refused.Body, StringComparison.Ordinal);

        var name = await at.MakeAsync(AgentServer.Source(Echo));
        (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["source"] = past })).IsProblem(400, "invalid", "declaration.schedule.at");
        // With another schedule in its place it runs.
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["source"] = past, ["schedule"] = new JsonObject { ["every"] = "10:00:00" } })).Status);
        (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["schedule"] = "declared" })).IsProblem(400, "invalid", "declaration.schedule.at");
    }

    [Fact]
    public async Task A_time_that_has_passed_is_not_given_and_stays_where_it_was_given_before()
    {
        var soon = new JsonObject { ["at"] = TimeProvider.System.GetUtcNow().AddSeconds(10).ToString("O") };
        var past = new JsonObject { ["at"] = "2020-01-01T00:00:00Z" };
        var name = at.NewName();
        JsonObject Made(JsonNode schedule) => new() { ["name"] = name, ["source"] = AgentServer.Source(Echo), ["schedule"] = schedule.DeepClone() };
        (await at.Server.PostAsync("/api/agents", Made(past))).IsProblem(400, "invalid", "schedule.at");
        Assert.Equal(201, (await at.Server.PostAsync("/api/agents", Made(soon))).Status);
        (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["schedule"] = past.DeepClone() })).IsProblem(400, "invalid", "schedule.at");

        await Eventually.HoldsAsync(async () => (await RunsAsync(name, "&state=succeeded")).Count == 1, "it ran", AgentServer.Ending);
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["schedule"] = soon.DeepClone(), ["set"] = new JsonObject() })).Status);
        var file = (await at.Server.GetAsync($"/api/agents/{name}/export")).Json;
        var copy = at.NewName();
        Assert.Equal(201, (await at.Server.PostAsync("/api/agents/import", new JsonObject { ["file"] = file.DeepClone(), ["name"] = copy })).Status);
        Assert.Empty(await RunsAsync(copy, ""));
        Assert.Contains("had passed", (await at.Server.GetAsync($"/api/agents/{copy}/skips")).Body, StringComparison.Ordinal);
        Assert.Null((await at.Server.GetAsync($"/api/agents/{name}")).Json["nextRunAt"]);
        var (_, shown, _) = await Cli.RunAsync(at.Server, "agents", "show", name);
        Assert.Contains(", which has passed", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("next at", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_resumed_goes_on_in_its_place()
    {
        var name = await at.MakeAsync(AgentServer.Source(Echo, """, "schedule": { "every": "01:00:00" }"""));
        await Eventually.HoldsAsync(async () => (await RunsAsync(name, "&state=succeeded")).Count == 1, "it ran", AgentServer.Ending);
        var next = (string?)(await at.Server.GetAsync($"/api/agents/{name}")).Json["nextRunAt"];

        await at.Server.PostAsync($"/api/agents/{name}/pause");
        Assert.Null((await at.Server.GetAsync($"/api/agents/{name}")).Json["nextRunAt"]);
        await at.Server.PostAsync($"/api/agents/{name}/resume");

        Assert.NotNull(next);
        Assert.Equal(next, (string?)(await at.Server.GetAsync($"/api/agents/{name}")).Json["nextRunAt"]);
    }

    [Fact]
    public async Task A_webhook_starts_it_with_its_body_as_data()
    {
        var name = await at.MakeAsync(AgentServer.Source(Echo));
        var hook = await HookAsync(name);
        var called = await CallAsync(hook, Encoding.UTF8.GetBytes("""{"price": "שלום", "command": "rm -rf /"}"""));

        Assert.Equal(202, called.Status);
        var run = await at.EndOfAsync((string)called.Json["id"]!);
        Assert.Equal(("webhook", """webhook: {"price": "שלום", "command": "rm -rf /"}"""), ((string?)run["trigger"], (string?)run["text"]));
        Assert.True((bool)(await at.Server.GetAsync($"/api/agents/{name}")).Json["hasHook"]!);
        var token = hook.Split('/')[^1];
        Assert.True(token.Length >= 43, token);
        Assert.DoesNotContain(token, (await at.Server.GetAsync("/api/audit?limit=100")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(token, at.Server.Log, StringComparison.Ordinal);
        var store = await StoreAsync();
        Assert.Equal(-1, store.AsSpan().IndexOf(Encoding.ASCII.GetBytes(token)));
    }

    [Fact]
    public async Task A_webhook_that_is_not_right_starts_nothing_and_the_refusal_is_in_the_audit_log()
    {
        var name = await at.MakeAsync(AgentServer.Source(Echo));
        var first = await HookAsync(name);
        var hook = await HookAsync(name);
        var other = await at.MakeAsync(AgentServer.Source(Echo));

        (string Path, byte[] Body, int Status)[] wrong =
        [
            (first, [], 404), (hook[..^1], [], 404), ($"/hooks/{name}/x", [], 404), ($"/hooks/nobody/{hook.Split('/')[^1]}", [], 404), ($"/hooks/{other}/{hook.Split('/')[^1]}", [], 404),
            (hook, new byte[(64 << 10) + 1], 413), (hook, [0xff, 0xfe, 0x00], 400), (hook, "a\0b"u8.ToArray(), 400),
        ];
        foreach (var (path, body, status) in wrong)
        {
            Assert.Equal(status, (await CallAsync(path, body)).Status);
        }

        Assert.Empty(await RunsAsync(name, ""));
        var refused = (await at.Server.GetAsync("/api/audit?limit=200")).Json["items"]!.AsArray().Where(row => row!.ToJsonString().Contains("agent.hook-refused", StringComparison.Ordinal)).ToList();
        Assert.InRange(refused.Count, 3, 8);
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Delete, $"/api/agents/{name}/hook")).Status);
        Assert.Equal(404, (await CallAsync(hook, [])).Status);
        Assert.Equal(401, (await at.Server.PostAsync($"/api/agents/{name}/hook", key: null)).Status);
    }

    [Fact]
    public async Task A_webhook_is_bounded_in_a_minute_and_says_when_its_agent_rests()
    {
        var name = await at.MakeAsync(AgentServer.Source(Echo));
        var hook = await HookAsync(name);
        await at.Server.PostAsync($"/api/agents/{name}/pause");
        var answers = new List<Answer>();
        for (var call = 0; call < 62; call++)
        {
            answers.Add(await CallAsync(hook, []));
        }

        Assert.Equal((60, 2), (answers.Count(answer => answer.Status == 409), answers.Count(answer => answer.Status == 429)));
        Assert.Contains("Retry-After", answers[^1].Headers.ToString(), StringComparison.Ordinal);
        Assert.Empty(await RunsAsync(name, ""));
    }

    [Fact]
    public async Task An_agent_runs_after_another_one_once_and_a_circle_of_them_ends()
    {
        var (first, second) = (at.NewName(), at.NewName());
        foreach (var (name, after) in new[] { (first, second), (second, first) })
        {
            var made = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["source"] = AgentServer.Source(Echo, $$""", "after": ["{{after}}"]""") });
            Assert.True(made.Status == 201, made.Body);
        }

        await at.RunAsync(first);
        await Eventually.HoldsAsync(async () => (await RunsAsync(first, "&state=succeeded")).Count + (await RunsAsync(second, "&state=succeeded")).Count == 8, "eight of them ran", AgentServer.Ending);

        var runs = await RunsAsync(second, "");
        Assert.All(runs, run => Assert.Equal("agent", (string?)run!["trigger"]));
        Assert.Contains($"\"agent\":\"{first}\"", (string?)runs[^1]!["text"], StringComparison.Ordinal);
        Assert.Equal((4, 4), ((await RunsAsync(first, "")).Count, runs.Count));
    }

    [Fact]
    public async Task An_agent_reads_the_last_result_of_one_that_it_named_and_of_no_other()
    {
        var other = await at.MakeAsync(AgentServer.Source("""return AgentResult.Success("42 degrees", new { Warm = true });"""));
        const string Body = """
            var never = (await context.Agents.LastAsync("OTHER", cancellationToken)).Number;
            try { await context.Agents.LastAsync("stranger", cancellationToken); } catch (ToolException e) { return AgentResult.Success($"{never}, {e.Code}, {(await context.Agents.LastAsync("OTHER", cancellationToken)).Text}"); }
            return AgentResult.Failure("");
            """;
        var name = await at.MakeAsync(AgentServer.Source(Body.Replace("OTHER", other, StringComparison.Ordinal), $$""", "tools": { "agents": { "names": ["{{other}}"] } }, "limits": { "retries": 0 }"""));

        Assert.Equal(", not-declared, ", (string?)(await at.RunAsync(name))["text"]);
        await at.RunAsync(other);
        Assert.Equal("1, not-declared, 42 degrees", (string?)(await at.RunAsync(name))["text"]);
    }

    [Fact]
    public async Task Agents_that_an_update_finds_are_put_on_the_calendar()
    {
        using var directory = new TempDirectory();
        string key;
        await using (var before = new RunningServer(directory))
        {
            await before.InitializeAsync();
            key = before.ShownKey!;
            var made = await before.PostAsync("/api/agents", new JsonObject { ["name"] = "early", ["source"] = AgentServer.Source(Echo, """, "schedule": { "cron": "0 0 1 1 *" }""") });
            Assert.True(made.Status == 201, made.Body);
        }

        await using (var store = await new OpenDatabase(Options.Create(new StorageOptions { DataDirectory = directory["data"] }), TimeProvider.System).HandleAsync(AgentServer.Ending))
        {
            await store.WriteAsync(async session =>
            {
                // As the version before left it.
                foreach (var sql in new[]
                {
                    "DELETE FROM schedule", "DELETE FROM work", "DROP TABLE agent_attempt", "DROP TABLE agent_after", "ALTER TABLE agent DROP COLUMN hook_hash", "ALTER TABLE agent DROP COLUMN summary",
                    "ALTER TABLE agent_run DROP COLUMN cancelled_by", "ALTER TABLE agent_run DROP COLUMN forgiven", "DELETE FROM schema_migration WHERE room = 'agents' AND number = 2",
                })
                {
                    await session.ExecuteAsync(sql);
                }
            }, AgentServer.Ending);
        }

        await using var after = new RunningServer(directory);
        await after.InitializeAsync();
        await Eventually.HoldsAsync(async () => (await after.GetAsync("/api/agents/early", key)).Json["nextRunAt"] is not null, "it is on the calendar", AgentServer.Ending);
    }

    private async Task<string> HookAsync(string name)
    {
        var made = await at.Server.PostAsync($"/api/agents/{name}/hook");
        Assert.True(made.Status == 200, made.Body);
        return (string)made.Json["path"]!;
    }

    private Task<Answer> CallAsync(string path, byte[] body) => at.Server.SendAsync(HttpMethod.Post, path, key: null, content: new ByteArrayContent(body));

    private async Task<JsonArray> RunsAsync(string name, string filter) => (await at.Server.GetAsync($"/api/agents/{name}/tasks?limit=500{filter}")).Json["items"]!.AsArray();

    private async Task<byte[]> StoreAsync()
    {
        var all = new List<byte>();
        foreach (var file in Directory.EnumerateFiles(at.Server.DataDirectory, "steward.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            all.AddRange(bytes);
        }

        Assert.NotEmpty(all);
        return [.. all];
    }
}
