using System.Collections.Concurrent;
using Steward.Kernel;

namespace Steward.Operations.Observe;

/// <summary>When sources were last asked that are not asked at every look. This node's memory: another node that takes the loop over asks all of them at once.</summary>
internal sealed class Cadence(TimeProvider clock)
{
    /// <summary>However many events come, a source is not asked more often than this. Our own choice: what providers' hourly limits bear.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> asked = new(StringComparer.Ordinal);

    /// <summary>True when it is time to ask a source; it then counts as asked, whatever it answers.</summary>
    /// <param name="source">Its name. As many as the settings name.</param>
    /// <param name="every">How often it is asked.</param>
    /// <param name="hurry">True when an event came: it is asked at once, yet not more often than <see cref="Shortest"/>.</param>
    public bool IsDue(string source, TimeSpan every, bool hurry)
    {
        var now = clock.Now();
        var least = hurry && Shortest < every ? Shortest : every;
        if (asked.TryGetValue(source, out var last) && now - last < least)
        {
            return false;
        }

        asked[source] = now;
        return true;
    }
}
