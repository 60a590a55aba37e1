using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Benchmarks;

/// <summary>From the failure being visible at the provider to the rollback being accepted there, by the world's own record.</summary>
internal static class ReactionBenchmark
{
    private const int Recoveries = 40;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var told = await MeasureAsync(TimeSpan.FromMinutes(1), events: true);
        var interval = TimeSpan.FromSeconds(1);
        var polled = await MeasureAsync(interval, events: false);
        return
        [
            new Figure("failure visible to rollback accepted, told by event", "p95 under 1 s", told.Text(), told.At(0.95) < 1000),
            new Figure("failure visible to rollback accepted, polling every second", "p95 under the interval + 1 s", polled.Text(), polled.At(0.95) < interval.TotalMilliseconds + 1000),
        ];
    }

    private static async Task<List<double>> MeasureAsync(TimeSpan poll, bool events)
    {
        await using var server = await BenchServer.StartAsync(speed: 100, poll, events);
        using var api = new HttpClient { BaseAddress = server.Host.Address };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Host.OwnerKey!.Reveal());
        var sample = new List<double>();
        var moments = new Random(20261120);
        // One after the other, each a service of its own; the first three warm everything up.
        for (var number = 0; number < Recoveries + 3; number++)
        {
            var service = string.Create(CultureInfo.InvariantCulture, $"service-{number:000}");
            server.World.Railway.AddService(service);
            server.World.Railway.Deploy(service, "good", DeploymentFate.Good);
            await Eventually.HoldsAsync(async () => (await ItemsAsync(api, $"api/deployments?service={service}")).Any(one => one!["goodAt"] is not null), $"{service} is known good", CancellationToken.None);
            // At a random moment between two polls: the loop itself has just told that the service is known good.
            await Task.Delay(TimeSpan.FromMilliseconds(moments.Next(1000)), TimeProvider.System);
            server.World.Railway.Deploy(service, "bad", DeploymentFate.CrashesAfterStart);
            JsonNode? finding = null;
            await Eventually.HoldsAsync(async () =>
            {
                finding = (await ItemsAsync(api, $"api/findings?service={service}")).FirstOrDefault(one => (string?)one!["state"] == "recovered");
                return finding is not null;
            }, $"{service} has recovered", CancellationToken.None);
            var accepted = server.World.Mutations.Single(mutation => mutation.Operation == "DeploymentRollback" && server.World.Railway.Deployments(service).Any(one => mutation.Target.Contains(one.Id, StringComparison.Ordinal)));
            if (number >= 3)
            {
                sample.Add((accepted.At - finding!["happenedAt"]!.GetValue<DateTimeOffset>()).TotalMilliseconds);
            }
        }

        return sample;
    }

    private static async Task<JsonArray> ItemsAsync(HttpClient api, string path) =>
        (await api.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)))!["items"]!.AsArray();
}
