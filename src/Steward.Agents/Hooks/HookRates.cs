using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Steward.Agents.Hooks;

/// <summary>How often each agent's webhook was called in the minute that goes on, on this node.</summary>
internal sealed class HookRates(IOptions<AgentsOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Bounded by the agents that have a webhook: a call is counted once its token was good.
    private readonly ConcurrentDictionary<Guid, (long Since, int Count)> lately = new();

    /// <summary>Counts a call. Null while there are few enough, else how long to wait.</summary>
    public TimeSpan? Take(Guid agentId)
    {
        var now = clock.GetTimestamp();
        var (since, count) = lately.AddOrUpdate(agentId, (now, 1), (_, old) => clock.GetElapsedTime(old.Since, now) >= Minute ? (now, 1) : (old.Since, old.Count + 1));
        return count > options.Value.HooksPerMinute ? Minute - clock.GetElapsedTime(since, now) : null;
    }
}
