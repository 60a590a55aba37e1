using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Steward.Testing;

namespace Steward.Crash.Tests;

/// <summary>The process is killed while events come in: what was answered is in the ledger, and what is delivered again is there once.</summary>
public sealed class WebhookCrashTests
{
    private const int Deliveries = 400;

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public Task What_was_answered_before_the_kill_is_there_and_what_comes_again_is_there_once(StoreKind store) => Scene.PlayAsync(async scene =>
    {
        var names = Enumerable.Range(0, Deliveries).Select(number => $"crash-{number:0000}").ToList();
        var answered = new ConcurrentBag<string>();
        var sending = Task.WhenAll(names.Chunk(Deliveries / 20).Select(some => Task.Run(() => SendAsync(scene.Address!, some, answered))));
        await Scene.UntilAsync(() => answered.Count > Deliveries / 4, "a part was answered");
        await scene.KillAsync();
        await sending;
        // Otherwise nothing was cut off, and the test has shown nothing.
        Assert.InRange(answered.Count, 1, Deliveries - 1);

        await scene.StartAsync();
        var kept = await EventsAsync(scene);
        Assert.Empty(answered.Except(kept.Select(item => ((string)item["occurrence"]!)["github/".Length..])));

        var again = new ConcurrentBag<string>();
        await SendAsync(scene.Address!, names, again);
        Assert.Equal(Deliveries, again.Count);
        await Scene.UntilAsync(async () => (await EventsAsync(scene)).All(item => (string?)item["state"] == "succeeded"), "all events are worked on");
        Assert.Equal(names.Select(name => $"github/{name}"), (await EventsAsync(scene)).Select(item => (string)item["occurrence"]!).Order());
    }, store: store);

    private static async Task SendAsync(Uri address, IEnumerable<string> names, ConcurrentBag<string> answered)
    {
        using var http = new HttpClient();
        foreach (var name in names)
        {
            using var request = GitHubEvents.Request(new Uri(address, "webhooks/github-webhook"), Scene.GitHubSecret, "push", name, GitHubEvents.Body("push"));
            try
            {
                using var answer = await http.SendAsync(request);
                if (answer.StatusCode == HttpStatusCode.Accepted)
                {
                    answered.Add(name);
                }
            }
            catch (HttpRequestException)
            {
                // The server is dead: the sender knows that this one was not taken.
            }
        }
    }

    private static async Task<IReadOnlyList<JsonNode>> EventsAsync(Scene scene) =>
        [.. (await scene.ListAsync("api/work?kind=operations.event&limit=500")).Where(item => ((string)item["occurrence"]!).StartsWith("github/", StringComparison.Ordinal))];
}
