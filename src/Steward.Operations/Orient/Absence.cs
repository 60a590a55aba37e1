using Steward.Operations.Watched;

namespace Steward.Operations.Orient;

/// <summary>Since when a service is missing from the list of whoever should have it. Its row says so, for all nodes and after a restart. Pure.</summary>
internal static class Absence
{
    // A list that is short once is a provider's bad moment. What is deleted stays away.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    // Who has not looked for so long, or for so many polls, knows nothing of the time between.
    private static readonly TimeSpan LeastGap = TimeSpan.FromMinutes(3);
    private const int PollsOfGap = 3;

    // Looks may be seconds apart: the row is not written at each.
    private static readonly TimeSpan Often = TimeSpan.FromMinutes(1);

    /// <summary>A service after a look at which it was missing.</summary>
    /// <param name="service">As it was known.</param>
    /// <param name="at">When the look was.</param>
    /// <param name="options">How often is looked.</param>
    public static WatchedService Note(WatchedService service, DateTimeOffset at, OperationsOptions options)
    {
        var polls = options.PollInterval * PollsOfGap;
        var gap = polls > LeastGap ? polls : LeastGap;
        return service is { AbsentSince: not null, AbsentAt: { } last } && at - last <= gap
            ? at - last < Often ? service : service with { AbsentAt = at }
            : service with { AbsentSince = at, AbsentAt = at };
    }

    /// <summary>True when a service that is missing has been so for so long that it counts as gone.</summary>
    public static bool IsGone(WatchedService missing, DateTimeOffset at) => at - missing.AbsentSince >= Long;
}
