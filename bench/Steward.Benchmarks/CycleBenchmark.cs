using System.Globalization;
using Steward.Operations;

namespace Steward.Benchmarks;

/// <summary>One turn of the loop over a hundred services, the provider answering at once.</summary>
internal static class CycleBenchmark
{
    private const int Services = 100;
    private const int Turns = 100;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var server = await BenchServer.StartAsync(speed: 100, poll: TimeSpan.FromMinutes(10), events: false);
        for (var number = 0; number < Services; number++)
        {
            server.World.Railway.AddService(string.Create(CultureInfo.InvariantCulture, $"service-{number:000}"), "good");
        }

        var cycle = server.Get<Cycle>();
        await cycle.RunOnceAsync(hurry: true, CancellationToken.None);
        var sample = new List<double>();
        for (var turn = -20; turn < Turns; turn++)
        {
            var begun = TimeProvider.System.GetTimestamp();
            var result = await cycle.RunOnceAsync(hurry: true, CancellationToken.None);
            if (result.Services != Services || result.Missing.Count > 0)
            {
                throw new InvalidOperationException($"The turn saw {result.Services} services.");
            }

            if (turn >= 0)
            {
                sample.Add(TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds);
            }
        }

        return [new Figure($"one turn of the loop over {Services} services, simulated provider over HTTP included", "under 250 ms", sample.Text(), sample.At(0.95) < 250)];
    }
}
