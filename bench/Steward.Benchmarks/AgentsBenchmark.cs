using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Steward.Benchmarks;

/// <summary>How long an agent takes from being asked for to its first word, how many run in a burst, what a tool call costs; beside bare processes.</summary>
internal static class AgentsBenchmark
{
    // Not one that a version manager has put before it, which is slower by its own program.
    private const string SystemPython = "/usr/bin/python3";
    private const int Many = 32;
    private static readonly TimeSpan Seldom = TimeSpan.FromMilliseconds(20);

    /// <summary>An agent that says one word.</summary>
    public const string Speaks = """"
        [Declaration("""{ "purpose": "Says one word." }""")]
        public sealed class Speaks : Agent
        {
            public override Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
            {
                context.Log.Info("first");
                return Task.FromResult(AgentResult.Success("said"));
            }
        }
        """";

    private const string Calls = """"
        [Declaration("""{ "purpose": "Calls a tool again and again.", "tools": { "memory": {} } }""")]
        public sealed class Calls : Agent
        {
            public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
            {
                var took = new List<double>();
                for (var call = 0; call < 55; call++)
                {
                    var begun = System.Diagnostics.Stopwatch.GetTimestamp();
                    await context.Memory.GetAsync<string>("a", cancellationToken);
                    took.Add(System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                }

                return AgentResult.Success(string.Join(' ', took.Skip(5).Select(one => one.ToString(System.Globalization.CultureInfo.InvariantCulture))));
            }
        }
        """";

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool isShort)
    {
        var (runs, burst) = isShort ? (10, 20) : (50, 100);
        var figures = new List<Figure>();
        await using (var server = await BenchServer.StartAsync(1, TimeSpan.FromMinutes(1), events: false, ("STEWARD_Agents__CallsPerMinute", "1000")))
        {
            await MakeAsync(server, "speaks", Speaks);
            var warm = await FirstWordsAsync(server, runs, TimeSpan.FromMilliseconds(600));
            figures.Add(new Figure("asked for to the first line of an agent's output, sandboxed, a parked process", "p50 under 10 ms", warm.Text(), warm.At(0.5) < 10));
            figures.Add(await StepsAsync(server, "40 sandboxed runs one after the other, 2 processes parked"));
            await MakeAsync(server, "calls", Calls);
            var calls = new List<double>();
            for (var run = 0; run < 6; run++)
            {
                calls.AddRange(((string)(await RunAsync(server, "calls"))["text"]!).Split(' ').Select(one => double.Parse(one, CultureInfo.InvariantCulture)));
            }

            figures.Add(new Figure("a tool call (memory) from the agent and back", "p50 under 1 ms", calls.Text(), calls.At(0.5) < 1));
            figures.Add(await BurstAsync(server, burst, 2));
        }

        await using (var server = await BenchServer.StartAsync(1, TimeSpan.FromMinutes(1), events: false, ("STEWARD_Agents__Parked", $"{Many}")))
        {
            await MakeAsync(server, "speaks", Speaks);
            await FirstWordsAsync(server, 3, TimeSpan.FromSeconds(1));
            figures.Add(await StepsAsync(server, $"the same with {Many} parked"));
            figures.Add(await BurstAsync(server, burst, Many));
        }

        await using (var server = await BenchServer.StartAsync(1, TimeSpan.FromMinutes(1), events: false, ("STEWARD_Agents__Parked", "0")))
        {
            await MakeAsync(server, "speaks", Speaks);
            var cold = await FirstWordsAsync(server, runs, TimeSpan.Zero);
            figures.Add(new Figure("asked for to the first line with no parked process", "p50 under 60 ms", cold.Text(), cold.At(0.5) < 60));
        }

        var python = await ProcessesAsync(runs, File.Exists(SystemPython) ? SystemPython : "python3", "-c", "print('first')");
        figures.Add(new Figure("peer: `python3 -c`, from its start to its first line, no sandbox", "-", python.Text(), true));
        var dotnet = await ProcessesAsync(runs, "dotnet", HostProgram());
        figures.Add(new Figure("peer: a bare `dotnet` process, from its start to its first line, no sandbox", "-", dotnet.Text(), true));
        return figures;
    }

    // The agents' own host, which says how it is used when it is asked for nothing.
    private static string HostProgram() => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Steward.AgentHost", "release", "Steward.AgentHost.dll"));

    private static Task<JsonObject> MakeAsync(BenchServer server, string name, string source) => server.PostAsync("api/agents", new JsonObject { ["name"] = name, ["source"] = source });

    // Follows its log to the end, as the command line does: asking again and again would have a share of the same two processors.
    private static async Task<JsonNode> RunAsync(BenchServer server, string agent)
    {
        var id = (string)(await server.PostAsync($"api/agents/{agent}/execute", []))["id"]!;
        await server.FollowAsync($"api/tasks/{id}/logs");
        return Good(await server.ItemAsync($"api/tasks/{id}"));
    }

    private static async Task<JsonNode> EndAsync(BenchServer server, string id)
    {
        JsonNode run;
        while ((string?)(run = await server.ItemAsync($"api/tasks/{id}"))["state"] is "queued" or "running")
        {
            await Task.Delay(Seldom, TimeProvider.System);
        }

        return Good(run);
    }

    private static JsonNode Good(JsonNode run) => (string?)run["state"] == "succeeded" ? run : throw new InvalidOperationException($"A run ended as {run["state"]}: {run["text"]}");

    private static async Task<List<double>> FirstWordsAsync(BenchServer server, int runs, TimeSpan pause)
    {
        var took = new List<double>();
        for (var run = -5; run < runs; run++)
        {
            var asked = TimeProvider.System.GetUtcNow();
            var id = (string)(await server.PostAsync("api/agents/speaks/execute", []))["id"]!;
            await EndAsync(server, id);
            var said = (await server.ItemsAsync($"api/tasks/{id}/logs")).First(line => ((string)line!["line"]!).Contains("first", StringComparison.Ordinal))!["at"]!.GetValue<DateTimeOffset>();
            if (run >= 0)
            {
                took.Add((said - asked).TotalMilliseconds);
            }

            await Task.Delay(pause, TimeProvider.System);
        }

        return took;
    }

    private static async Task<Figure> StepsAsync(BenchServer server, string about)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var step = 0; step < 40; step++)
        {
            await RunAsync(server, "speaks");
        }

        var took = Stopwatch.GetElapsedTime(begun);
        return new Figure(about, "under 1.2 s", string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.00} s"), took.TotalSeconds < 1.2);
    }

    // One agent runs once at a time, so that a burst is of several.
    private static async Task<Figure> BurstAsync(BenchServer server, int runs, int parked)
    {
        const int Agents = 10;
        for (var agent = 0; agent < Agents; agent++)
        {
            await MakeAsync(server, $"burst-{agent}", Speaks);
        }

        var begun = Stopwatch.GetTimestamp();
        var asked = new List<string>();
        for (var run = 0; run < runs; run++)
        {
            asked.Add((string)(await server.PostAsync($"api/agents/burst-{run % Agents}/execute", []))["id"]!);
        }

        foreach (var id in asked)
        {
            await EndAsync(server, id);
        }

        var took = Stopwatch.GetElapsedTime(begun);
        return new Figure($"a burst of {runs} runs of {Agents} agents, 5 at once, {parked} processes parked", "100 under 4 s", string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.00} s"), took.TotalSeconds < 4);
    }

    private static async Task<List<double>> ProcessesAsync(int runs, string program, params string[] arguments)
    {
        var took = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            var begun = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            await Task.WhenAny(process.StandardOutput.ReadLineAsync(), process.StandardError.ReadLineAsync());
            took.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            await process.WaitForExitAsync();
        }

        return took;
    }
}
