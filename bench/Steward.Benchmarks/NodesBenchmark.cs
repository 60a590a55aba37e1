using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Steward.Operations;
using Steward.Server.Startup;
using Steward.Simulation;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Benchmarks;

/// <summary>
/// Three nodes on one PostgreSQL, each taking its turns beside the others although one would do, while services break:
/// nobody may fail, and nothing may be done twice.
/// </summary>
internal static class NodesBenchmark
{
    private const int Nodes = 3;
    private const int Cycles = 5;
    private const int Services = 3;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        TestPostgres.Durable = true;
        await using var store = await TestStore.EmptyAsync(StoreKind.Postgres, TimeProvider.System);
        await using var world = await World.StartAsync(new WorldOptions { Speed = 100 }, TimeProvider.System, CancellationToken.None);
        world.N8n.Register("alerts");
        var names = Enumerable.Range(0, Services).Select(number => $"service-{number}").ToList();
        names.ForEach(name => world.Railway.AddService(name, "good"));
        var hosts = new List<StewardHost>();
        using var directory = new TempDirectory();
        try
        {
            for (var node = 0; node < Nodes; node++)
            {
                var host = await StewardHost.BuildAsync(Start(world, store, directory[$"node-{node}"]), CancellationToken.None);
                hosts.Add(host);
                await host.App.StartAsync();
            }

            using var api = new HttpClient { BaseAddress = hosts[0].Address };
            api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", hosts[0].OwnerKey!.Reveal());
            await Eventually.HoldsAsync(async () => (await ItemsAsync(api, "api/deployments")).Count(one => one!["goodAt"] is not null) == Services, "all services are known good", CancellationToken.None);
            names.ForEach(name => world.Railway.Deploy(name, "bad", DeploymentFate.CrashesAfterStart));

            var turns = new List<double>();
            var failed = 0;
            var begun = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(hosts.Select(host => Task.Run(async () =>
            {
                var cycle = (Cycle)host.App.Services.GetService(typeof(Cycle))!;
                for (var turn = 0; turn < Cycles; turn++)
                {
                    var asked = TimeProvider.System.GetTimestamp();
                    try
                    {
                        var result = await cycle.RunOnceAsync(hurry: true, CancellationToken.None);
                        if (result.Missing.Count > 0)
                        {
                            Interlocked.Increment(ref failed);
                        }
                    }
                    catch (Exception e) when (e is not OutOfMemoryException)
                    {
                        Interlocked.Increment(ref failed);
                        Console.Error.WriteLine(e.Message);
                    }

                    lock (turns)
                    {
                        turns.Add(TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds);
                    }
                }
            })));
            var total = TimeProvider.System.GetElapsedTime(begun);
            await Eventually.HoldsAsync(async () => (await ItemsAsync(api, "api/findings")).Count(one => (string?)one!["state"] == "recovered") == Services, "all services have recovered", CancellationToken.None);
            // Restarts before the rollback belong to the course of things; each is done once for its deployment.
            var doubles = world.Mutations.Where(mutation => mutation.Operation.StartsWith("Deployment", StringComparison.Ordinal))
                .GroupBy(mutation => (mutation.Operation, mutation.Target)).Count(group => group.Count() > 1);
            var rollbacks = world.Mutations.Count(mutation => mutation.Operation == "DeploymentRollback");
            var findings = await ItemsAsync(api, "api/findings");
            var dead = (await ItemsAsync(api, "api/work?state=dead")).Count;
            return
            [
                new Figure($"{Nodes} nodes on one PostgreSQL, {Cycles} turns each at once over {Services} services that crash", "under 30 s, no error, nothing done twice",
                    string.Create(CultureInfo.InvariantCulture,
                        $"{total.TotalMilliseconds:0} ms in all, a turn {turns.Text()}, slowest {turns.Max():0} ms; {failed} failed, {findings.Count} findings, {rollbacks} rollbacks, {doubles} done twice, {dead} dead letters"),
                    total.TotalSeconds < 30 && failed == 0 && doubles == 0 && dead == 0 && rollbacks == Services && findings.Count == Services),
            ];
        }
        finally
        {
            foreach (var host in hosts)
            {
                await host.DisposeAsync();
            }
        }
    }

    private static async Task<JsonArray> ItemsAsync(HttpClient api, string path) =>
        (await api.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)))!["items"]!.AsArray();

    private static StewardStart Start(World world, TestStore store, string directory)
    {
        var options = new WorldOptions();
        return new StewardStart
        {
            DataDirectory = directory,
            Urls = "http://127.0.0.1:0",
            Log = Stream.Null,
            Environment = new Dictionary<string, string>
            {
                ["STEWARD_Storage__ConnectionString"] = store.Options.ConnectionString,
                ["STEWARD_Railway__Endpoint"] = world.RailwayEndpoint.ToString(),
                ["STEWARD_Railway__Token"] = options.RailwayToken,
                ["STEWARD_Railway__ProjectId"] = options.RailwayProjectId,
                ["STEWARD_Railway__EnvironmentId"] = options.RailwayEnvironmentId,
                ["STEWARD_Operations__PollInterval"] = "00:00:01",
                ["STEWARD_Operations__SettleTime"] = "00:00:00",
                ["STEWARD_Operations__VerifyInterval"] = "00:00:00.1",
            },
        };
    }
}
