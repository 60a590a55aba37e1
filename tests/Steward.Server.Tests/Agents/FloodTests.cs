using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Platform.Storage;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>What agents send at once does not use up the server.</summary>
public sealed class FloodTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string MayAsk = """
        "tools": {"http": {"hosts": ["127.0.0.1"]}}, "limits": {"retries": 0}
        """;

    [Fact]
    public async Task A_large_message_is_not_read_before_the_one_before_it_is_answered()
    {
        var name = await at.MakePythonAsync(
            """
            send(frame(900, "http_get", url=context.run.payload, more="x" * (15 << 20)))
            second, taken = frame(901, "http_get", url=context.run.payload, more="x" * (15 << 20)), 0
            os.set_blocking(WIRE, False)
            while taken < len(second) and select.select([], [WIRE], [], 2)[1]:
                taken += os.write(WIRE, second[taken:taken + 4096])
            context.log.info(f"taken {taken}")
            os.set_blocking(WIRE, True)
            send(second[taken:])
            return steward.success("sent")
            """, MayAsk);
        var gate = new TaskCompletionSource();
        at.Hold = () => gate.Task;
        var id = await StartAsync(name, new Uri(at.Page, "/held").ToString());

        var taken = "";
        await Eventually.HoldsAsync(async () => (taken = (await LogAsync(id)).FirstOrDefault(line => line.StartsWith("taken ", StringComparison.Ordinal)) ?? "") is not "", "it was held up", AgentServer.Ending);
        gate.SetResult();
        var run = await at.EndOfAsync(id);

        Assert.InRange(int.Parse(taken.Split(' ')[1], CultureInfo.InvariantCulture), 1, 1 << 20);
        Assert.Equal(("succeeded", 2), ((string?)run["state"], (int)run["calls"]!));
    }

    [Fact]
    public async Task Eight_calls_of_a_run_are_under_way_at_once_and_the_others_wait_their_turn()
    {
        var name = await at.MakePythonAsync(
            """
            for number in range(20):
                send(frame(900, "http_get", url=context.run.payload))
            context.log.info("all are sent")
            return steward.success("sent")
            """, MayAsk);
        var (gate, open, most) = (new TaskCompletionSource(), 0, 0);
        at.Hold = async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref open));
            await gate.Task;
            Interlocked.Decrement(ref open);
        };
        var id = await StartAsync(name, new Uri(at.Page, "/held").ToString());

        await Eventually.HoldsAsync(async () => (await LogAsync(id)).Contains("all are sent"), "all are sent", AgentServer.Ending);
        await Eventually.HoldsAsync(() => open >= 8, "eight are under way", AgentServer.Ending);
        gate.SetResult();
        var run = await at.EndOfAsync(id);

        Assert.Equal(8, most);
        Assert.Equal(("succeeded", 20), ((string?)run["state"], (int)run["calls"]!));
    }

    [Fact]
    public async Task Files_of_10_MB_are_written_and_read_several_at_once()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            var names = new[] { "a", "b", "c", "d" };
            await Task.WhenAll(names.Select(name => context.Files.WriteAsync(name, new string(name[0], 10 << 20), cancellationToken)));
            var read = await Task.WhenAll(names.Select(name => context.Files.ReadAsync(name, cancellationToken)));
            return AgentResult.Success(string.Join(' ', read.Select(text => $"{text[^1]}{text.Length}")));
            """, """, "tools": { "files": {} }, "limits": { "retries": 0, "memoryMb": 1024, "cores": 2 }"""));

        Assert.Equal("a10485760 b10485760 c10485760 d10485760", (string?)(await at.RunAsync(name))["text"]);
    }

    [Fact]
    public async Task Who_begins_something_large_and_does_not_go_on_is_ended_and_says_why()
    {
        var name = await at.MakePythonAsync(
            """
            send(frame(900, "http_get", url=context.run.payload, more="x" * (1 << 20))[:-10])
            import time; time.sleep(200)
            """, MayAsk);

        var run = await at.RunAsync(name, at.Page.ToString());

        Assert.Equal("failed", (string?)run["state"]);
        Assert.Contains("began to send something large", (string?)run["text"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_fault_of_the_server_in_a_run_is_told_as_one_and_tried_as_often_as_declared(int retries)
    {
        var name = await at.MakeAsync(AgentServer.Source("""return AgentResult.Success("");""", $$""", "limits": { "retries": {{retries}} }"""));
        // What the last run handed on is broken in the store: no agent can be given it.
        await at.Server.Get<Database>().WriteAsync(session => session.ExecuteAsync("UPDATE agent SET handoff = '{' WHERE name = @name", ("name", name)), AgentServer.Ending);

        var run = await at.RunAsync(name);

        Assert.Equal(("failed", retries + 1), ((string?)run["state"], (int)run["attempt"]!));
        Assert.Contains("Steward failed while it served the run", (string?)run["text"], StringComparison.Ordinal);
        Assert.All(run["attempts"]!.AsArray(), attempt => Assert.Equal("failed", (string?)attempt!["state"]));
    }

    private async Task<string> StartAsync(string name, string payload) => (string)(await at.Server.PostAsync($"/api/agents/{name}/execute", new JsonObject { ["payload"] = payload })).Json["id"]!;

    private async Task<IReadOnlyList<string>> LogAsync(string id) => [.. (await at.Server.GetAsync($"/api/tasks/{id}/logs")).Json["items"]!.AsArray().Select(line => (string)line!["line"]!)];
}
