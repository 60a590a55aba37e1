using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Benchmarks;

/// <summary>The mission's recovery from the failure to the verified replacement, less the provider's own time for the rollback.</summary>
internal static class RecoveryBenchmark
{
    private const double Speed = 10;
    private const int Runs = 5;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var server = await BenchServer.StartAsync(Speed, TimeSpan.FromMinutes(1), events: true);
        using var api = new HttpClient { BaseAddress = server.Host.Address };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Host.OwnerKey!.Reveal());
        var timings = new WorldTimings();
        var own = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            var service = $"service-{run}";
            server.World.Railway.AddService(service);
            server.World.Railway.Deploy(service, "good", DeploymentFate.Good);
            await Eventually.HoldsAsync(async () => (await ItemsAsync(api, $"api/deployments?service={service}")).Any(one => one!["goodAt"] is not null), "known good", CancellationToken.None);
            server.World.Railway.Deploy(service, "bad", DeploymentFate.CrashesAfterStart);
            JsonNode? finding = null;
            await Eventually.HoldsAsync(async () =>
            {
                finding = (await ItemsAsync(api, $"api/findings?service={service}")).FirstOrDefault(one => (string?)one!["state"] == "recovered");
                return finding is not null;
            }, "recovered", CancellationToken.None);
            var total = finding!["closedAt"]!.GetValue<DateTimeOffset>() - finding["happenedAt"]!.GetValue<DateTimeOffset>();
            own.Add((total - (timings.Rollback / Speed)).TotalMilliseconds);
        }

        return
        [
            new Figure(string.Create(CultureInfo.InvariantCulture,
                    $"Steward's own share of the mission's 110 s recovery (failure to verified, less the provider's {timings.Rollback.TotalSeconds:0} s for a rollback; simulated {Speed:0} times faster)"),
                "under 1 s", own.Text(), own.At(1) < 1000),
        ];
    }

    private static async Task<JsonArray> ItemsAsync(HttpClient api, string path) =>
        (await api.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)))!["items"]!.AsArray();
}
