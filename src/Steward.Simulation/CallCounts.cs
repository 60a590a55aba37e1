using System.Collections.Concurrent;

namespace Steward.Simulation;

/// <summary>How many requests arrived, reads as well, counted before anything is done with them.</summary>
public sealed class CallCounts
{
    // Bounded by the operation names that the clients under test use.
    private readonly ConcurrentDictionary<(string System, string Operation), int> counts = new();

    internal CallCounts()
    {
    }

    /// <summary>All requests to all systems.</summary>
    public int Total => counts.Values.Sum();

    /// <summary>The requests for one operation, such as <c>EnvironmentServices</c>, of one of <see cref="Systems"/>.</summary>
    public int Of(string system, string operation) => counts.GetValueOrDefault((system, operation));

    /// <summary>All requests to one of <see cref="Systems"/>.</summary>
    public int Of(string system) => counts.Where(pair => pair.Key.System == system).Sum(pair => pair.Value);

    internal void Count(string system, string operation) =>
        counts.AddOrUpdate((system, operation), 1, (_, count) => count + 1);
}
