using System.Collections.Concurrent;
using Steward.Kernel;

namespace Steward.Operations.Observe;

/// <summary>When sources were last asked that are not asked at every look. This node's memory: another node that takes the loop over asks all of them at once.</summary>
internal sealed class Cadence(TimeProvider clock)
{
    /// <summary>However many events come, a source is not asked more often than this. Our own choice: what providers' hourly limits bear.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> owed = new(StringComparer.Ordinal);

    /// <summary>When a source is to be asked next because an event came too soon after it had been; null when none is.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            var now = clock.Now();
            return owed.Values.Where(at => at > now).Select(at => (DateTimeOffset?)at).Min();
        }
    }

    /// <summary>True when it is time to ask a source; it then counts as asked, whatever it answers.</summary>
    /// <param name="source">Its name. As many as the settings name.</param>
    /// <param name="every">How often it is asked.</param>
    /// <param name="hurry">True when an event came: it is asked at once, or as soon as <see cref="Shortest"/> is over.</param>
    public bool IsDue(string source, TimeSpan every, bool hurry)
    {
        var now = clock.Now();
        if (asked.TryGetValue(source, out var last))
        {
            // What an event tells of is not forgotten because it came too soon.
            if (hurry && Shortest < every)
            {
                owed[source] = last + Shortest;
            }

            var due = owed.TryGetValue(source, out var early) ? early : last + every;
            if (now < due)
            {
                return false;
            }
        }

        owed.TryRemove(source, out _);
        asked[source] = now;
        return true;
    }
}
