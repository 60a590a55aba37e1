using System.Globalization;
using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>
/// How many requests GitHub grants until the hour of its count ends, as its last answer told: whoever only watches leaves
/// the rest of them to what must be done.
/// </summary>
public sealed class GitHubAllowance(TimeProvider clock)
{
    // Watching takes at most half; the other half is for merges, issues, comments and what a person asks for.
    private const int WatchingShare = 2;

    private State? last;

    /// <summary>True when watching has used up its share of the hour.</summary>
    public bool IsLow => last is { } known && clock.GetUtcNow() < known.ResetsAt && known.Remaining < known.Limit / WatchingShare;

    /// <summary>Takes note of what an answer tells, https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit</summary>
    internal ProviderAnswer Noted(ProviderAnswer answer)
    {
        if (answer.Header("x-ratelimit-resource") == "core"
            && Number(answer, "x-ratelimit-limit") is { } limit && Number(answer, "x-ratelimit-remaining") is { } remaining && Number(answer, "x-ratelimit-reset") is { } reset
            && reset >= 0 && reset <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            last = new State(limit, remaining, DateTimeOffset.FromUnixTimeSeconds(reset));
        }

        return answer;
    }

    private static long? Number(ProviderAnswer answer, string header) =>
        long.TryParse(answer.Header(header), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed record State(long Limit, long Remaining, DateTimeOffset ResetsAt);
}
