namespace Steward.Platform.Work;

/// <summary>How long to wait before the next attempt: 2 s, 4 s, 8 s ... at most 5 minutes, spread by jitter.</summary>
public static class RetryPolicy
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);

    /// <summary>The pause after a failed attempt.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="retryAfter">What the provider asked for; it is honoured when it is longer, up to an hour.</param>
    /// <param name="jitter">A random number from 0 to 1: the pause is lengthened by up to a fifth of itself, so that failures that came together do not return together.</param>
    public static TimeSpan Pause(int attempt, TimeSpan? retryAfter, double jitter)
    {
        var doubled = First * Math.Pow(2, Math.Min(attempt, 20) - 1);
        var own = doubled < Longest ? doubled : Longest;
        var asked = retryAfter is { } wait && wait < LongestAsked ? wait : retryAfter is null ? TimeSpan.Zero : LongestAsked;
        return (asked > own ? asked : own) * (1 + (jitter / 5));
    }
}
