namespace Steward.Platform.Http;

/// <summary>What one provider may cost us in time and in calls at once.</summary>
/// <param name="Vendor">The provider, in lower case: <c>railway</c>.</param>
/// <param name="Concurrency">How many calls may run at once, 1 or more.</param>
public sealed record ProviderLimits(string Vendor, int Concurrency)
{
    /// <summary>
    /// How many times a call is sent at the most, the first included. More than that is for the work ledger, which waits
    /// longer and survives a restart.
    /// </summary>
    public const int Attempts = 3;

    /// <summary>The pause before the second attempt, doubled for the third, both spread by jitter.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between attempts, and the longest wait that a provider may ask for before we give up at once.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>How many calls may wait for their turn. Our own choice: at ten seconds a call nobody behind them would be served in time.</summary>
    public int Queue { get; init; } = 64;

    /// <summary>How long one attempt may take. From the mission's patterns of resilience: 10 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long everything may take together: the wait for a turn, the attempts and the pauses. From the mission's runbook: 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
