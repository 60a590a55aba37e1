using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>What "too often" looks like in GitHub's answers.</summary>
internal static class GitHubLimits
{
    // "If the retry-after header is not there, wait for at least one minute" (GitHub's documentation of secondary limits).
    private static readonly TimeSpan SecondaryPause = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The same answer, unless it says "too often". GitHub says it with 403 as well as with 429: the hourly limit by
    /// x-ratelimit-remaining 0 and the time of its end, the secondary limits by Retry-After or by words.
    /// </summary>
    /// <param name="answer">The answer.</param>
    /// <param name="clock">The time.</param>
    /// <param name="allowance">What is to know that GitHub is to be left alone; null where an answer says nothing about other requests.</param>
    public static ProviderAnswer Judged(ProviderAnswer answer, TimeProvider clock, GitHubAllowance? allowance = null)
    {
        if ((int)answer.Status is not (403 or 429))
        {
            return answer;
        }

        var spent = answer.Header("x-ratelimit-remaining") == "0";
        var words = answer.Text.Contains("rate limit", StringComparison.OrdinalIgnoreCase);
        if (!spent && answer.RetryAfter is null && !words)
        {
            return answer;
        }

        var wait = answer.RetryAfter ?? (spent && long.TryParse(answer.Header("x-ratelimit-reset"), out var reset) ? Until(reset, clock) : SecondaryPause);
        // Searching and the like have counts of their own, that end within a minute.
        if (!spent || answer.Header("x-ratelimit-resource") is null or GitHubAllowance.Core)
        {
            allowance?.LeaveAlone(wait ?? SecondaryPause, spent ? "all requests of this hour are spent" : "it asked to be left alone (secondary limit)");
        }

        throw answer.Failure($"it is asked too often. {answer.Quote(answer.Text)}", transient: true, CallEffect.None, wait: wait, throttled: true);
    }

    private static TimeSpan? Until(long reset, TimeProvider clock)
    {
        if (reset < 0 || reset > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return null;
        }

        var left = DateTimeOffset.FromUnixTimeSeconds(reset) - clock.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
