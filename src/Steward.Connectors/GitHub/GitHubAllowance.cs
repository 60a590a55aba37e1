using System.Globalization;
using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>
/// How many requests GitHub grants until the hour of its count ends, as its last answer told: whoever only watches leaves
/// the rest of them to what must be done, and when there is none left nobody asks before that hour ends.
/// </summary>
public sealed class GitHubAllowance(TimeProvider clock)
{
    // Watching takes at most half; the other half is for merges, issues, comments and what a person asks for.
    private const int WatchingShare = 2;

    /// <summary>GitHub's name of what the hour is counted for.</summary>
    internal const string Core = "core";

    // GitHub's longest count is of an hour: a clock that differs must not keep us away for longer.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private State? last;
    private Pause? pause;

    /// <summary>True when watching has used up its share of the hour.</summary>
    public bool IsLow => last is { } known && clock.GetUtcNow() < known.ResetsAt && known.Remaining < known.Limit / WatchingShare;

    /// <summary>Why GitHub is not asked now; null when it is.</summary>
    /// <param name="operation">What would be asked.</param>
    internal ConnectorException? Objection(string operation)
    {
        var now = clock.GetUtcNow();
        var (until, why) = pause is { } known && known.Until > now ? (known.Until, known.Why)
            : last is { Remaining: 0 } spent && spent.ResetsAt > now && spent.ResetsAt <= now + Longest ? (spent.ResetsAt, $"all {spent.Limit} requests of this hour are spent")
            : default;
        return why is null ? null : new(GitHubIssues.Vendor, operation, string.Create(CultureInfo.InvariantCulture, $"not asked, because {why}. It is asked again at {until.UtcDateTime:HH:mm:ss} UTC."))
        {
            IsTransient = true,
            IsThrottled = true,
            RetryAfter = until - now,
            Effect = CallEffect.None,
        };
    }

    /// <summary>GitHub said that it is asked too often: nobody asks before the time is over.</summary>
    internal void LeaveAlone(TimeSpan wait, string why)
    {
        var until = clock.GetUtcNow() + (wait < Longest ? wait : Longest);
        if (pause is not { } known || known.Until < until)
        {
            pause = new Pause(until, why);
        }
    }

    /// <summary>Takes note of what an answer tells, https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit</summary>
    internal ProviderAnswer Noted(ProviderAnswer answer)
    {
        if (answer.Header("x-ratelimit-resource") == Core
            && Number(answer, "x-ratelimit-limit") is { } limit && Number(answer, "x-ratelimit-remaining") is { } remaining && Number(answer, "x-ratelimit-reset") is { } reset
            && reset >= 0 && reset <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            last = new State(limit, remaining, DateTimeOffset.FromUnixTimeSeconds(reset));
        }

        return answer;
    }

    private static long? Number(ProviderAnswer answer, string header) =>
        long.TryParse(answer.Header(header), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed record Pause(DateTimeOffset Until, string Why);

    private sealed record State(long Limit, long Remaining, DateTimeOffset ResetsAt);
}
