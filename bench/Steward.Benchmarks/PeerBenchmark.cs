using System.Globalization;
using System.Net;

namespace Steward.Benchmarks;

/// <summary>
/// The load of <see cref="WebhookBenchmark"/> on somebody else's webhook, such as one of n8n that answers at once. How many
/// a second it holds is found by asking for ever more of it.
/// </summary>
internal static class PeerBenchmark
{
    private const int Rounds = 10;
    private static readonly int[] Rates = [5, 10, 25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1000];

    public static async Task<IReadOnlyList<Figure>> RunAsync(Uri peer, bool isShort)
    {
        using var deliveries = new Deliveries(peer, "nobody-verifies-this-signature", HttpStatusCode.OK);
        var next = 0;
        for (var round = 0; round < 4; round++, next += 50)
        {
            await deliveries.BurstAsync(next, 50);
        }

        next = await CatchUpAsync(deliveries, next);
        var concurrent = new List<double>();
        for (var round = 0; round < Rounds; round++, next += 100)
        {
            concurrent.AddRange(await deliveries.BurstAsync(next, 100));
        }

        var figures = new List<Figure> { new($"100 webhooks at once, {Rounds} times, peer", "-", Words(concurrent, deliveries.Failed), true) };
        var time = TimeSpan.FromSeconds(isShort ? 6 : 20);
        foreach (var rate in Rates)
        {
            next = await CatchUpAsync(deliveries, next);
            var failed = deliveries.Failed;
            var (sustained, different) = await deliveries.SustainAsync(next, rate, time);
            next += different;
            failed = deliveries.Failed - failed;
            figures.Add(new Figure(string.Create(CultureInfo.InvariantCulture, $"{rate:#,0} webhooks a second for {time.TotalSeconds:0} s, peer"), "-", Words(sustained, failed), true));
            if (sustained.At(0.99) >= 100 || failed > 0)
            {
                break;
            }
        }

        return figures;
    }

    // What answers first and works later is given the time to have worked: until five in a row are answered at once, two minutes at the most.
    private static async Task<int> CatchUpAsync(Deliveries deliveries, int next)
    {
        var (begun, quick) = (TimeProvider.System.GetTimestamp(), 0);
        for (; quick < 5 && TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromMinutes(2); next++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            quick = await deliveries.DeliverAsync(next, TimeProvider.System.GetTimestamp()) < 50 ? quick + 1 : 0;
        }

        return next;
    }

    private static string Words(IReadOnlyCollection<double> sample, int failed) =>
        string.Create(CultureInfo.InvariantCulture, $"average {sample.Average():0.0} ms, {sample.Text()}, slowest {sample.Max():0} ms, {failed} not taken");
}
