using System.Text.Json.Nodes;
using Steward.Governance.Calls;

namespace Steward.Benchmarks;

/// <summary>The gate: from the question to the permit, with its durable audit row.</summary>
internal static class PermitBenchmark
{
    private const int Asks = 3000;
    private const int Warmup = 500;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var server = await BenchServer.StartAsync(speed: 100, poll: TimeSpan.FromMinutes(10), events: false);
        var gate = server.Get<Gate>();
        var sample = new List<double>();
        for (var number = -Warmup; number < Asks; number++)
        {
            var call = new Call("alert.send", "n8n/alert", new JsonObject { ["number"] = number });
            var begun = TimeProvider.System.GetTimestamp();
            var answer = await gate.AskAsync(new CallRequest($"bench/{number}", new Actor("bench"), call, "to measure", "bench"), CancellationToken.None);
            if (answer is not GateAnswer.Permitted)
            {
                throw new InvalidOperationException($"The gate said {answer}.");
            }

            if (number >= 0)
            {
                sample.Add(TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds);
            }
        }

        return [new Figure("permit decision with its durable audit row, SQLite", "p50 under 1 ms", sample.Text(), sample.At(0.5) < 1)];
    }
}
