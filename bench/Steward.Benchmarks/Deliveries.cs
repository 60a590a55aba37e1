using System.Globalization;
using System.Net;
using Steward.Testing;

namespace Steward.Benchmarks;

/// <summary>Signed deliveries of GitHub's example events, and how long each took to be answered.</summary>
internal sealed class Deliveries(Uri webhook, string secret, HttpStatusCode taken = HttpStatusCode.Accepted) : IDisposable
{
    private static readonly string[] Kinds = ["push", "pull_request", "workflow_run", "check_suite", "deployment_status", "issue_comment", "status", "issues"];

    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 512, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) });
    private readonly List<(string Kind, byte[] Body, string Signature)> examples =
        [.. Kinds.Select(kind => (kind, GitHubEvents.Body(kind), GitHubEvents.Sign(secret, GitHubEvents.Body(kind))))];

    // Each run has deliveries of its own: a store may see several runs.
    private readonly string run = Guid.CreateVersion7().ToString("N")[..8];
    private int failed;

    /// <summary>How many were not answered as one that is taken.</summary>
    public int Failed => failed;

    /// <summary>How long a body is on the average, in bytes.</summary>
    public double AverageBody => examples.Average(example => example.Body.Length);

    public void Dispose() => http.Dispose();

    /// <summary>Delivers once and gives the milliseconds from <paramref name="due"/> to the whole answer.</summary>
    public async Task<double> DeliverAsync(int number, long due)
    {
        var (kind, body, signature) = examples[number % examples.Count];
        using var request = GitHubEvents.Request(webhook, secret, kind, string.Create(CultureInfo.InvariantCulture, $"{run}-{number:00000000}"), body, signature);
        try
        {
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode != taken)
            {
                Interlocked.Increment(ref failed);
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            Interlocked.Increment(ref failed);
        }

        return TimeProvider.System.GetElapsedTime(due).TotalMilliseconds;
    }

    /// <summary>Delivers many at once.</summary>
    public Task<double[]> BurstAsync(int first, int count)
    {
        var due = TimeProvider.System.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(first, count).Select(number => Task.Run(() => DeliverAsync(number, due))));
    }

    /// <summary>
    /// Delivers at a fixed rate whatever the answers do, and measures from the moment at which each was due: a server that
    /// stands still is seen to. Every third is a copy of one of the last thousand.
    /// </summary>
    /// <returns>The times, and how many different ones were delivered.</returns>
    public async Task<(IReadOnlyList<double> Milliseconds, int Different)> SustainAsync(int first, int rate, TimeSpan time)
    {
        var total = (int)(rate * time.TotalSeconds);
        var tasks = new Task<double>[total];
        var random = new Random(20261121);
        var (different, sent) = (0, 0);
        var begun = TimeProvider.System.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        while (sent < total)
        {
            // The first is due at once, each other one a fraction of a second after the one before it.
            var due = Math.Min(total, (int)(TimeProvider.System.GetElapsedTime(begun).TotalSeconds * rate) + 1);
            for (; sent < due; sent++)
            {
                var number = first + (sent % 3 == 2 ? different - 1 - random.Next(Math.Min(different, 1000)) : different++);
                tasks[sent] = DeliverAsync(number, begun + (long)(sent / (double)rate * TimeProvider.System.TimestampFrequency));
            }

            await tick.WaitForNextTickAsync();
        }

        return (await Task.WhenAll(tasks), different);
    }
}
