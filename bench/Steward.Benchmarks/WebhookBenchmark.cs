using System.Globalization;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Benchmarks;

/// <summary>
/// GitHub's events at the door of the real program, commits durable, the sender a process beside it on the same machine;
/// the loop runs against a simulated provider meanwhile. Every delivery must be in the ledger once when all is over.
/// </summary>
internal static class WebhookBenchmark
{
    private const string Secret = "benchmarks-benchmarks-benchmarks";
    private const int Rate = 1000;
    private const int Services = 10;
    private const int Rounds = 10;

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool isShort)
    {
        var figures = new List<Figure>();
        foreach (var kind in new[] { StoreKind.Sqlite, StoreKind.Postgres })
        {
            figures.AddRange(await RunAsync(kind, isShort ? TimeSpan.FromSeconds(6) : TimeSpan.FromMinutes(1)));
        }

        return figures;
    }

    private static async Task<IReadOnlyList<Figure>> RunAsync(StoreKind kind, TimeSpan time)
    {
        TestPostgres.Durable = true;
        await using var store = await TestStore.EmptyAsync(kind, TimeProvider.System);
        await using var world = await World.StartAsync(new WorldOptions { Speed = 100 }, TimeProvider.System, CancellationToken.None);
        for (var number = 0; number < Services; number++)
        {
            world.Railway.AddService($"service-{number}", "good");
        }

        await using var server = await ServerProgram.StartAsync(store.Options.DataDirectory, Settings(world, store));
        using var deliveries = new Deliveries(new Uri(server.Address, "webhooks/github-webhook"), Secret);
        var next = 0;
        // What a server compiles at its first requests is not what is asked for here.
        for (var round = 0; round < 20; round++, next += 50)
        {
            await deliveries.BurstAsync(next, 50);
        }

        var concurrent = new List<double>();
        for (var round = 0; round < Rounds; round++, next += 100)
        {
            concurrent.AddRange(await deliveries.BurstAsync(next, 100));
        }

        var bursts = new List<double>();
        for (var burst = 0; burst < 3; burst++, next += 50)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
            bursts.AddRange(await deliveries.BurstAsync(next, 50));
        }

        var used = server.ProcessorTime;
        var (sustained, different) = await deliveries.SustainAsync(next, Rate, time);
        used = server.ProcessorTime - used;
        var recorded = await CountAsync(store, "SELECT COUNT(*) FROM work WHERE kind = 'operations.event'");
        var whole = recorded == next + different && deliveries.Failed == 0;
        var begun = TimeProvider.System.GetTimestamp();
        await Eventually.HoldsAsync(async () => await CountAsync(store, "SELECT COUNT(*) FROM work WHERE kind = 'operations.event' AND finished_at IS NULL") == 0,
            "all events are worked on", TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(50), CancellationToken.None);
        var behind = TimeProvider.System.GetElapsedTime(begun);
        return
        [
            new Figure($"100 webhooks at once, {Rounds} times, {kind}", "average under 50 ms, none lost",
                string.Create(CultureInfo.InvariantCulture, $"average {concurrent.Average():0.0} ms, {concurrent.Text()}"), concurrent.Average() < 50 && whole),
            new Figure($"3 bursts of 50 webhooks with 2 s between them, {kind}", "all taken",
                string.Create(CultureInfo.InvariantCulture, $"average {bursts.Average():0.0} ms, {bursts.Text()}"), whole),
            new Figure(string.Create(CultureInfo.InvariantCulture, $"{Rate:#,0} signed webhooks a second for {time.TotalSeconds:0} s, a third of them redelivered, bodies of {deliveries.AverageBody / 1024:0} kB, {kind}"),
                "p99 under 100 ms, each in the ledger once",
                string.Create(CultureInfo.InvariantCulture,
                    $"{sustained.Text()}, slowest {sustained.Max():0} ms; {recorded:#,0} of {next + different:#,0} in the ledger, {deliveries.Failed} not taken, worked on {behind.TotalSeconds:0.0} s after the last; server {used / time:0.00} processors, {server.ResidentMegabytes:0} MB"),
                sustained.At(0.99) < 100 && whole),
        ];
    }

    // The server has the store; a look from beside it disturbs nothing.
    private static async Task<long> CountAsync(TestStore store, string sql) =>
        await store.Database.ReadAsync(session => session.NumberAsync(sql), CancellationToken.None);

    private static Dictionary<string, string> Settings(World world, TestStore store)
    {
        var options = new WorldOptions();
        return new()
        {
            ["STEWARD_Storage__ConnectionString"] = store.Options.ConnectionString,
            ["STEWARD_Railway__Endpoint"] = world.RailwayEndpoint.ToString(),
            ["STEWARD_Railway__Token"] = options.RailwayToken,
            ["STEWARD_Railway__ProjectId"] = options.RailwayProjectId,
            ["STEWARD_Railway__EnvironmentId"] = options.RailwayEnvironmentId,
            ["STEWARD_GitHub__WebhookSecret"] = Secret,
        };
    }
}
