using System.Globalization;

namespace Steward.Benchmarks;

/// <summary>From the failure being visible at the provider to the rollback being accepted there, by the world's own record.</summary>
internal static class ReactionBenchmark
{
    private const int Recoveries = 40;
    private const int Warmup = 3;

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
        var sample = new List<double>();
        var moments = new Random(20261120);
        for (var number = 0; number < Recoveries + Warmup; number++)
        {
            // At a random moment between two polls: the loop has just told that the service is known good.
            var service = string.Create(CultureInfo.InvariantCulture, $"service-{number:000}");
            var finding = await server.RecoverAsync(service, TimeSpan.FromMilliseconds(moments.Next(1000)));
            var accepted = server.World.Mutations.Single(mutation => mutation.Operation == "DeploymentRollback" &&
                server.World.Railway.Deployments(service).Any(one => mutation.Target.Contains(one.Id, StringComparison.Ordinal)));
            if (number >= Warmup)
            {
                sample.Add((accepted.At - finding["happenedAt"]!.GetValue<DateTimeOffset>()).TotalMilliseconds);
            }
        }

        return sample;
    }
}
