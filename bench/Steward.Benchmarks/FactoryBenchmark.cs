using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Simulation.Models;
using Steward.Testing;

namespace Steward.Benchmarks;

/// <summary>How long it takes from a sentence to an agent on the calendar, a model's time apart: its answers are recorded and come at once.</summary>
internal static class FactoryBenchmark
{
    private const int Near = 40;
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool isShort)
    {
        var recordings = ModelRecording.ReadAll(Path.Combine(AppContext.BaseDirectory, "Recordings"));
        var options = new WorldOptions();
        using var directory = new TempDirectory();
        await using var world = await World.StartAsync(options, TimeProvider.System, CancellationToken.None);
        world.Model.Replays(recordings);
        // A program of its own: what the world and this one take is not the server's.
        await using var program = await ServerProgram.StartAsync(directory.Location, new Dictionary<string, string>
        {
            ["STEWARD_Models__BaseUrl"] = world.ModelUrl.ToString(), ["STEWARD_Models__ApiKey"] = options.ModelApiKey, ["STEWARD_Models__Model"] = options.ModelName,
        });
        using var server = new BenchClient(program.Address, program.OwnerKey!);
        var wish = recordings.First(one => one.Task == "plan").Data.Split('\n')[1];
        await Task.Delay(Settle, TimeProvider.System);
        var started = Megabytes(program.Id);
        var idle = started;
        if (!isShort)
        {
            // A server in use: it has an agent that somebody wrote, and nothing goes on.
            await server.PostAsync("api/agents", new JsonObject { ["name"] = "speaks", ["source"] = AgentsBenchmark.Speaks });
            var run = await server.PostAsync("api/agents/speaks/execute", []);
            await server.FollowAsync($"api/tasks/{run["id"]}/logs");
            idle = await LeftAsync(program.Id);
        }

        var cold = await BuildAsync(server, wish);
        var once = isShort ? idle : await LeftAsync(program.Id);
        var warm = new List<(double Whole, double Check)>();
        for (var build = 0; build < (isShort ? 3 : 10); build++)
        {
            warm.Add(await BuildAsync(server, wish));
        }

        var most = Megabytes(program.Id);
        var now = isShort ? most : await LeftAsync(program.Id);
        var (whole, check) = (warm.Select(one => one.Whole).ToList(), warm.Select(one => one.Check).ToList());
        return
        [
            new Figure("from a sentence to an agent on the calendar, the compiler cold", "under 10 s of Steward's own time", string.Create(CultureInfo.InvariantCulture, $"{cold.Whole / 1000:0.0} s (n = 1)"), cold.Whole < 10_000),
            new Figure("the same, the compiler warm", "under 10 s of Steward's own time", whole.Text(), whole.At(0.95) < 10_000),
            new Figure("the check of what was written, warm", "under 400 ms", check.Text(), check.At(0.5) < 400),
            .. isShort ? Array.Empty<Figure>() :
            [
                new Figure("memory ten minutes after the first build, the server and all below it, over ten minutes after the run of an agent", $"{Near} MB", string.Create(CultureInfo.InvariantCulture, $"{once - idle:0} MB ({idle:0} MB, then {once:0} MB)"), once - idle <= Near),
                new Figure("the same over a server that has just been started", "-", string.Create(CultureInfo.InvariantCulture, $"{once - started:0} MB ({started:0} MB)"), true),
                new Figure("memory ten minutes after ten more builds, over that", $"{Near} MB", string.Create(CultureInfo.InvariantCulture, $"{now - once:0} MB ({most:0} MB at their end, then {now:0} MB)"), now - once <= Near),
            ],
        ];
    }

    // The server's resident memory, and what those below it have for themselves: what they share with it is counted once, and
    // other programs of .NET on the machine change nothing.
    private static double Megabytes(int server) =>
        Kilobytes(server, "Rss:") / 1024 + ProcessTree.Below(server).Sum(one => Kilobytes(one.Id, "Private_Clean:") + Kilobytes(one.Id, "Private_Dirty:")) / 1024;

    private static double Kilobytes(int process, string name) => double.TryParse(Field($"/proc/{process}/smaps_rollup", name), CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes : 0;

    // Empty for a process that has ended meanwhile.
    private static string Field(string file, string name)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1] ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task<double> LeftAsync(int server)
    {
        await Task.Delay(TimeSpan.FromMinutes(10), TimeProvider.System);
        return Megabytes(server);
    }

    private static async Task<(double Whole, double Check)> BuildAsync(BenchClient server, string wish)
    {
        var begun = Stopwatch.GetTimestamp();
        var id = (string)(await server.PostAsync("api/agents", new JsonObject { ["description"] = wish, ["yes"] = true }))["id"]!;
        JsonNode detail;
        do
        {
            await Task.Delay(Often, TimeProvider.System);
            detail = await server.ItemAsync($"api/builds/{id}");
        }
        while (detail["build"]!["closedAt"] is null);

        var took = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        if ((string?)detail["build"]!["state"] != "published")
        {
            throw new InvalidOperationException($"The build ended as {detail["build"]!["state"]}: {detail["build"]!["note"]}");
        }

        // The next one is to get the same name: what was recorded is found by it.
        await server.DeleteAsync($"api/agents/{detail["build"]!["name"]}");
        return (took, (double)detail["rounds"]![0]!["took"]!["compile"]!);
    }
}
