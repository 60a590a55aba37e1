using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Crash.Tests;

/// <summary>Agents and the death of the server that runs them, and what is left of very many runs.</summary>
public sealed class AgentCrashTests
{
    // Twice the agents of one at once, so that they do not wait for each other.
    private const int Agents = 4;

    // More than are replaced while runs follow one another; bubblewrap, its init and the agent's host.
    private const int Parked = 4;
    private const int InABox = 3;

    private const string SentTo = "sent-by-an-agent";
    private const string Sending = "  - name: sending\n    decide: allow\n    because: A test sends.\n    actions: [\"http.post\"]\n";

    [Fact]
    public Task Nothing_of_a_run_outlives_the_server_and_the_run_is_tried_again() => Scene.PlayAsync(async scene =>
    {
        await MakeAsync(scene, "sleeper", "context.Log.Info(\"begins\"); if (context.Run.Attempt == 1) { await Task.Delay(-1, cancellationToken); } return AgentResult.Success($\"attempt {context.Run.Attempt}\");");
        var run = (string)(await scene.PostAsync("api/agents/sleeper/execute", []))["id"]!;
        await Scene.UntilAsync(async () => (await scene.ListAsync($"api/tasks/{run}/logs")).Any(line => ((string)line["line"]!).Contains("begins", StringComparison.Ordinal)), "it runs");
        var below = ProcessTree.Below(scene.Server.Id);
        Assert.NotEmpty(below);

        await scene.KillAsync();
        await Scene.UntilAsync(() => !below.Any(ProcessTree.IsAlive), "nothing of it lives");
        await scene.StartAsync();

        await UntilEndedAsync(scene, "sleeper", 1);
        var ended = Assert.Single(await scene.ListAsync("api/agents/sleeper/tasks"));
        Assert.Equal("succeeded", (string?)ended["state"]);
        // A server that the machine gives no time to renew its lease tries once more.
        Assert.Matches("^attempt [23]$", (string?)ended["text"]);
    });

    [Fact]
    public Task What_an_agent_sent_and_had_answered_is_not_sent_again_after_a_crash() => Scene.PlayAsync(async scene =>
    {
        await MakeSenderAsync(scene, "context.Log.Info(\"sent\"); if (context.Run is { Number: 1, Attempt: 1 }) { await Task.Delay(-1, cancellationToken); }");
        var run = (string)(await scene.PostAsync("api/agents/sender/execute", []))["id"]!;
        await Scene.UntilAsync(async () => (await scene.ListAsync($"api/tasks/{run}/logs")).Any(line => (string?)line["line"] == "sent"), "it has sent");

        await scene.RestartAsync();

        await UntilEndedAsync(scene, "sender", 1);
        Assert.Equal("answered 200", (string?)(await scene.GetAsync($"api/tasks/{run}"))["text"]);
        Assert.Equal(1, Sent(scene));
        await scene.PostAsync("api/agents/sender/execute", []);
        await UntilEndedAsync(scene, "sender", 2);
        Assert.Equal(2, Sent(scene));
    }, rule: Sending);

    [Fact]
    public Task What_an_agent_was_sending_when_its_server_died_is_refused_to_its_run_and_not_to_the_next() => Scene.PlayAsync(async scene =>
    {
        await MakeSenderAsync(scene, "");
        var gate = scene.World.Faults.HoldBeforeEffect(Systems.N8n, "Webhook");
        var run = (string)(await scene.PostAsync("api/agents/sender/execute", []))["id"]!;
        await Scene.ReachedAsync(gate);
        await scene.KillAsync();
        gate.Drop();
        await scene.StartAsync();

        await Scene.UntilAsync(async () => (string?)(await scene.GetAsync($"api/tasks/{run}"))["state"] == "refused", "the run is refused");
        Assert.Equal(0, Sent(scene));
        await scene.PostAsync("api/agents/sender/execute", []);
        await UntilEndedAsync(scene, "sender", 1);
        Assert.Equal(1, Sent(scene));
    }, rule: Sending);

    [Fact]
    public Task Very_many_runs_leave_no_process_file_mount_or_memory_behind() => Scene.PlayAsync(async scene =>
    {
        scene.SetAgents("Parked", Parked);
        // What they call in a minute is bounded otherwise.
        scene.SetAgents("CallsPerMinute", 1000);
        await scene.RestartAsync();
        for (var agent = 0; agent < Agents; agent++)
        {
            await MakeAsync(scene, $"agent-{agent}", "await context.Files.WriteAsync(\"a.txt\", new string('x', 1000), cancellationToken); return AgentResult.Success(\"done\");", """, "tools": { "files": {} }""");
        }

        var runs = LongForm.Or(40, 1000);
        await RunAsync(scene, LongForm.Or(5, 100));
        var before = await QuietAsync(scene);
        await RunAsync(scene, runs / Agents);
        var after = await QuietAsync(scene);

        Assert.Equal((before.Processes, before.Mounts, before.Temporary), (after.Processes, after.Mounts, after.Temporary));
        // A pool of connections or a file of the store may be open at one look and closed at another.
        Assert.InRange(after.Files, 0, before.Files + 8);
        if (LongForm.IsOn)
        {
            // After few runs it says only that .NET had no reason yet to tidy up.
            Assert.InRange(after.Megabytes, 0, before.Megabytes + 60);
        }
    });

    private static Task<JsonNode> MakeSenderAsync(Scene scene, string then)
    {
        scene.World.N8n.Register(SentTo);
        var url = scene.Webhook(SentTo);
        return MakeAsync(scene, "sender",
            $$"""var answer = await context.Http.PostAsync(new Uri("{{url}}"), "{}", "application/json", cancellationToken); {{then}} return AgentResult.Success($"answered {answer.Status}");""",
            $$""", "tools": { "http": { "hosts": ["{{url.Host}}"] } }""");
    }

    private static int Sent(Scene scene) => scene.World.Mutations.Count(mutation => mutation.Operation == "Webhook" && mutation.Target == SentTo);

    private static Task<JsonNode> MakeAsync(Scene scene, string name, string body, string declaration = "") => scene.PostAsync("api/agents", new JsonObject
    {
        ["name"] = name,
        ["source"] = $$""""
            [Declaration("""{ "purpose": "A test."{{declaration}} }""")]
            public sealed class Tested : Agent
            {
                public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
                {
                    {{body}}
                }
            }
            """",
    });

    private static async Task RunAsync(Scene scene, int each)
    {
        var had = new int[Agents];
        for (var agent = 0; agent < Agents; agent++)
        {
            had[agent] = await EndedAsync(scene, $"agent-{agent}");
        }

        // As many as may wait, and then the next ones.
        for (var begun = 0; begun < each; begun += 10)
        {
            for (var agent = 0; agent < Agents; agent++)
            {
                for (var run = begun; run < Math.Min(begun + 10, each); run++)
                {
                    await scene.PostAsync($"api/agents/agent-{agent}/execute", []);
                }
            }

            for (var agent = 0; agent < Agents; agent++)
            {
                await UntilEndedAsync(scene, $"agent-{agent}", had[agent] + Math.Min(begun + 10, each));
            }
        }
    }

    private static Task UntilEndedAsync(Scene scene, string agent, int count) => Scene.UntilAsync(async () => await EndedAsync(scene, agent) >= count, $"{count} runs of {agent} have ended");

    private static async Task<int> EndedAsync(Scene scene, string agent) => (int)(await scene.GetAsync($"api/tasks/stats/summary?agent={agent}"))["succeeded"]!;

    // The compiler goes when it has nothing to do, and boxes that had a run die; what stays is the parked ones.
    private static async Task<(int Processes, int Mounts, int Temporary, int Files, double Megabytes)> QuietAsync(Scene scene)
    {
        var (processes, files) = (-1, -1);
        await Scene.UntilAsync(() =>
        {
            var below = ProcessTree.Below(scene.Server.Id);
            var (nowProcesses, nowFiles) = (below.Count, ProcessTree.OpenFiles(scene.Server.Id));
            var isQuiet = nowProcesses == Parked * InABox && nowFiles == files;
            (processes, files) = (nowProcesses, nowFiles);
            return Task.FromResult(isQuiet);
        }, "only the parked boxes are there");
        return (processes, ProcessTree.Mounts(), Directory.EnumerateFileSystemEntries(scene.DataDirectory, "*", SearchOption.AllDirectories).Count(), files, ProcessTree.Megabytes(scene.Server.Id));
    }
}
