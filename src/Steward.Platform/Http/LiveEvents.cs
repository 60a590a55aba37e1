using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Steward.Platform.Storage;

namespace Steward.Platform.Http;

/// <summary>What grows in the store, numbered from 1, as server-sent events: live to its end, going on after what a reader has seen.</summary>
public static class LiveEvents
{
    // https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header
    private const string LastEvent = "Last-Event-ID";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether a client wants a stream and not a page.</summary>
    public static bool IsWanted(HttpRequest request) => request.Headers.Accept.Any(value => value?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>The number after which a client goes on; 0 for the beginning.</summary>
    public static int LastSeen(HttpRequest request) => Number(request.Headers[LastEvent]);

    /// <summary>A number as clients send it; 0 for what is none.</summary>
    public static int Number(string? cursor) => int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Follows to the end.</summary>
    /// <param name="database">Where it grows.</param>
    /// <param name="topic">On which it is said that there is more.</param>
    /// <param name="name">What an event is called.</param>
    /// <param name="after">The number after which to begin.</param>
    /// <param name="number">The number of an item.</param>
    /// <param name="read">Reads what comes after a number, and whether nothing more will: that first, or what came in between is lost.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">The reader has gone.</param>
    public static async IAsyncEnumerable<SseItem<T>> FollowAsync<T>(
        Database database, string topic, string name, int after, Func<T, int> number, Func<int, Task<(bool IsOver, IReadOnlyList<T> Items)>> read, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var news = new SemaphoreSlim(0, int.MaxValue);
        using var listening = database.Signals.Listen(topic, () => news.Release());
        while (true)
        {
            var (isOver, items) = await read(after);
            foreach (var item in items)
            {
                after = number(item);
                yield return new SseItem<T>(item, name) { EventId = $"{after}" };
            }

            if (items.Count == 0 && isOver)
            {
                yield break;
            }

            // News of others come by the same way; those of other nodes may be late.
            _ = await Task.WhenAny(news.WaitAsync(cancellationToken), Task.Delay(Patience, clock, cancellationToken));
        }
    }
}
