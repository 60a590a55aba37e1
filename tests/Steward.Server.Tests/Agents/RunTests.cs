using System.Text.Json.Nodes;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>Runs of agents, in their sandbox, through the API.</summary>
public sealed class RunTests(AgentServer at) : IClassFixture<AgentServer>
{
    [Fact]
    public async Task A_template_runs_in_its_box_and_is_accounted_for()
    {
        at.Answer = (200, "fine");
        var made = await at.Server.PostAsync("/api/agents", new JsonObject { ["name"] = "up", ["template"] = "uptime", ["settings"] = new JsonObject { ["url"] = at.Page.ToString() } });
        Assert.True(made.Status == 201, made.Body);

        var run = await at.RunAsync("up");

        Assert.Equal(("succeeded", "namespaces", 1L, 1), ((string?)run["state"], ((string)run["sandbox"]!).Split(',')[0], (long)run["number"]!, (int)run["calls"]!));
        Assert.StartsWith("127.0.0.1 answered in", (string?)run["text"], StringComparison.Ordinal);
        var use = Assert.Single((await at.Server.GetAsync("/api/agents/up/usage")).Json["items"]!.AsArray());
        Assert.Equal(("http_get", 1), ((string?)use!["tool"], (int)use["calls"]!));
    }

    [Fact]
    public async Task What_a_run_hands_on_the_next_one_finds_also_of_one_that_told_it_had_failed()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            var n = context.Last<State>()?.N ?? 0;
            return context.Run.Payload switch
            {
                "tell" => AgentResult.Failure("as asked", new State(n + 10)),
                "leave" => AgentResult.Failure("as asked"),
                "throw" => throw new System.InvalidOperationException("as asked"),
                _ => AgentResult.Success($"counted {n + 1}", new State(n + 1)),
            };
            """, """, "limits": { "retries": 0 }""", "private sealed record State(int N);"));

        Assert.Equal("counted 1", (string?)(await at.RunAsync(name))["text"]);
        Assert.Equal("failed", (string?)(await at.RunAsync(name, "tell"))["state"]);
        Assert.Equal("counted 12", (string?)(await at.RunAsync(name))["text"]);
        Assert.Equal("failed", (string?)(await at.RunAsync(name, "leave"))["state"]);
        Assert.Equal("failed", (string?)(await at.RunAsync(name, "throw"))["state"]);
        Assert.Equal("counted 13", (string?)(await at.RunAsync(name))["text"]);
    }

    [Fact]
    public async Task What_is_tried_again_finds_what_its_last_attempt_handed_on()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            var n = context.Last<State>()?.N ?? 0;
            return n < 1 ? AgentResult.Failure("not yet", new State(n + 1)) : AgentResult.Success($"at {n}, attempt {context.Run.Attempt}");
            """, """, "limits": { "retries": 1 }""", "private sealed record State(int N);"));

        Assert.Equal("at 1, attempt 2", (string?)(await at.RunAsync(name))["text"]);
    }

    [Theory]
    [InlineData("""return AgentResult.Success($"{new Dictionary<string, int>()["price"]}");""", "KeyNotFoundException: The given key 'price' was not present in the dictionary.")]
    [InlineData("""throw new TaskCanceledException();""", "TaskCanceledException: A task was canceled.")]
    [InlineData("""return AgentResult.Success($"{int.Parse("many")}");""", "FormatException: The input string 'many' was not in a correct format.")]
    [InlineData("""return null!;""", "gave no result")]
    public async Task What_DotNet_says_of_a_failure_is_said_in_words(string body, string says)
    {
        var run = await at.RunAsync(await at.MakeAsync(AgentServer.Source(body, """, "limits": { "retries": 0 }""")));

        Assert.Equal("failed", (string?)run["state"]);
        Assert.Contains(says, (string?)run["text"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("context.Log.Info(half); return AgentResult.Success(\"done\");", "succeeded", "done")]
    [InlineData("System.Console.WriteLine(half); return AgentResult.Success(\"done\");", "succeeded", "done")]
    [InlineData("throw new System.InvalidOperationException(half);", "failed", "InvalidOperationException: title: Deployed \uFFFD")]
    [InlineData("return AgentResult.Success(half, half);", "succeeded", "title: Deployed \uFFFD")]
    [InlineData("await context.Memory.SetAsync(half, half, cancellationToken); return AgentResult.Success(await context.Memory.GetAsync<string>(half, cancellationToken) ?? \"\");", "succeeded", "title: Deployed \uFFFD")]
    [InlineData("await context.Notify.SendAsync(half, cancellationToken); return AgentResult.Success(\"told\");", "succeeded", "told")]
    public async Task Half_of_a_character_ends_no_run(string body, string state, string text)
    {
        var name = await at.MakeAsync(AgentServer.Source($"var half = \"title: \" + \"Deployed 😀 today\"[..10]; {body}", """, "tools": { "memory": {}, "notify": { "channels": ["n8n"] } }, "limits": { "retries": 0 }"""));

        var run = await at.RunAsync(name);

        Assert.Equal((state, text), ((string?)run["state"], (string?)run["text"]));
    }

    [Fact]
    public async Task What_an_agent_keeps_may_have_as_many_letters_of_any_alphabet()
    {
        var run = await at.RunAsync(await at.MakeAsync(AgentServer.Source(
            """await context.Memory.SetAsync("a", new string('ш', 60000), cancellationToken); return AgentResult.Success($"{(await context.Memory.GetAsync<string>("a", cancellationToken))!.Length}");""",
            """, "tools": { "memory": {} }, "limits": { "retries": 0 }""")));

        Assert.Equal("60000", (string?)run["text"]);
    }

    [Fact]
    public async Task What_fails_is_tried_again_and_says_so()
    {
        var name = await at.MakeAsync(AgentServer.Source("""throw new System.InvalidOperationException($"attempt {context.Run.Attempt}");""", """, "limits": { "retries": 1 }"""));

        var run = await at.RunAsync(name);

        Assert.Equal(("failed", 2, "InvalidOperationException: attempt 2"), ((string?)run["state"], (int)run["attempt"]!, (string?)run["text"]));
        Assert.Contains(await at.LogAsync(run), line => line.Contains("attempt 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_agent_says_is_kept_in_order_redacted_and_bounded()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            context.Log.Info("begins");
            System.Console.WriteLine("to the console");
            context.Log.Warning("key sk-ant-0123456789abcdefghijkl");
            context.Log.Error("two\nlines \u001b[31m");
            for (var n = 0; n < 20000; n++) { context.Log.Info(new string('x', 200)); }
            return AgentResult.Success("said");
            """));

        var run = await at.RunAsync(name);
        var log = await at.LogAsync(run);

        Assert.Equal(["info: begins", "info: to the console"], log.Take(2));
        Assert.DoesNotContain("0123456789abcdefghijkl", log[2], StringComparison.Ordinal);
        Assert.Equal("error: two lines \uFFFD[31m", log[3]);
        var last = (await at.Server.GetAsync($"/api/tasks/{run["id"]}/logs?after=5000")).Json["items"]!.AsArray();
        Assert.Contains(last, line => ((string)line!["line"]!).Contains("the log is full", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("using var output = Console.OpenStandardOutput(); output.Write(\"no line end\"u8);")]
    [InlineData("using var output = Console.OpenStandardOutput(); output.Write([0xff, 0xfe, 0, 10, 0x80, 7]);")]
    [InlineData("using var output = new System.IO.FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(1, false), System.IO.FileAccess.Write, 0); output.Write(\"{\"u8);")]
    public async Task What_an_agent_writes_to_standard_output_by_itself_is_its_log(string writes)
    {
        var name = await at.MakeAsync(AgentServer.Source($"{writes} return AgentResult.Success(\"done\");", """, "limits": { "time": "00:00:20", "retries": 0 }"""));

        var run = await at.RunAsync(name);

        Assert.Equal(("succeeded", "done"), ((string?)run["state"], (string?)run["text"]));
        Assert.NotEmpty(await at.LogAsync(run));
    }

    [Fact]
    public async Task The_log_is_followed_live_to_its_end()
    {
        var name = await at.MakeAsync(AgentServer.Source("""context.Log.Info("one"); await Task.Delay(300); context.Log.Info("two"); return AgentResult.Success("");"""));
        var id = (string)(await at.Server.PostAsync($"/api/agents/{name}/execute")).Json["id"]!;
        using var http = new HttpClient { BaseAddress = at.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tasks/{id}/logs");
        request.Headers.Authorization = new("Bearer", at.Server.ShownKey);
        request.Headers.Accept.ParseAdd("text/event-stream");

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, AgentServer.Ending);
        var stream = await answer.Content.ReadAsStringAsync(AgentServer.Ending);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(stream.IndexOf("\"one\"", StringComparison.Ordinal) is var one and > 0 && stream.IndexOf("\"two\"", StringComparison.Ordinal) > one, stream);
    }

    [Theory]
    [InlineData("while (true) { }", "\"time\": \"00:00:01\", \"cores\": 4", "timedOut")]
    [InlineData("await Task.Delay(-1); ", "\"time\": \"00:00:01\"", "timedOut")]
    [InlineData("while (true) { }", "\"time\": \"00:00:20\", \"cores\": 0.05", "outOfProcessorTime")]
    public async Task A_run_beyond_its_limits_is_ended_and_named_for_it(string body, string limits, string state)
    {
        var name = await at.MakeAsync(AgentServer.Source($"{body} return AgentResult.Success(\"\");".Replace("while (true) { } return AgentResult.Success(\"\");", "while (true) { }", StringComparison.Ordinal), $$""", "limits": { {{limits}}, "retries": 0 }"""));

        Assert.Equal(state, (string?)(await at.RunAsync(name))["state"]);
    }

    // Under these limits a run may take a process that was started before it was known for whom.
    [Theory]
    [InlineData("00:01:00", 30)]
    [InlineData("00:00:08", 4)]
    public async Task A_run_has_the_processor_time_of_its_own_limits(string time, int seconds)
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """return AgentResult.Success(System.IO.File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max cpu time")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]);""",
            $$""", "limits": { "time": "{{time}}", "retries": 0 }"""));

        var run = await at.RunAsync(name);

        // What it had used before it began is added.
        Assert.InRange(int.Parse((string)run["text"]!, System.Globalization.CultureInfo.InvariantCulture), seconds, seconds + 3);
    }

    [Fact]
    public async Task A_run_that_wants_too_much_memory_fails_and_says_so()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """var all = new List<byte[]>(); while (all.Count < 2000) { all.Add(new byte[1 << 20]); Array.Fill(all[^1], (byte)1); } return AgentResult.Success($"{all.Count}");""", """, "limits": { "retries": 0, "memoryMb": 128 }"""));

        var run = await at.RunAsync(name);

        Assert.Contains("memory", (string?)run["text"], StringComparison.Ordinal);
        Assert.Equal("outOfMemory", (string?)run["state"]);
    }

    [Fact]
    public async Task Two_runs_of_one_agent_are_never_at_once()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            var open = await context.Memory.GetAsync<bool>("open", cancellationToken);
            await context.Memory.SetAsync("open", true, cancellationToken);
            await Task.Delay(200);
            await context.Memory.SetAsync("open", false, cancellationToken);
            return open ? AgentResult.Failure("another one is going on") : AgentResult.Success("alone");
            """, """, "tools": { "memory": {} }, "limits": { "retries": 0 }"""));

        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => at.RunAsync(name)));

        Assert.All(runs, run => Assert.Equal("alone", (string?)run["text"]));
        Assert.Equal([1, 2, 3], runs.Select(run => (int)run["number"]!).Order());
    }

    [Fact]
    public async Task It_runs_on_time_until_it_is_paused()
    {
        var name = await at.MakeAsync(AgentServer.Source("""return AgentResult.Success("on time");""", """, "schedule": { "every": "00:00:01" }"""));
        await Eventually.HoldsAsync(async () => (await RunsAsync(name)).Count >= 2, "it ran twice", AgentServer.Ending);
        Assert.All(await RunsAsync(name), run => Assert.Equal("schedule", (string?)run!["trigger"]));

        Assert.Equal(200, (await at.Server.PostAsync($"/api/agents/{name}/pause")).Status);
        Assert.Equal(409, (await at.Server.PostAsync($"/api/agents/{name}/execute")).Status);
    }

    private async Task<JsonArray> RunsAsync(string name) => (await at.Server.GetAsync($"/api/agents/{name}/tasks")).Json["items"]!.AsArray();
}
