using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>Counts the requests of an hour, and says "too often" as GitHub does. Thread-safe.</summary>
internal sealed class RateMeter(int limit, Func<DateTimeOffset> now)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private readonly Lock sync = new();
    private DateTimeOffset reset;
    private int used;
    private int secondary;
    private TimeSpan? secondaryWait;

    public void Spend(int count)
    {
        lock (sync)
        {
            Begin();
            used += count;
        }
    }

    public void Secondary(int times, TimeSpan? wait)
    {
        lock (sync)
        {
            (secondary, secondaryWait) = (times, wait);
        }
    }

    /// <summary>The state of the hour.</summary>
    public (int Limit, int Used, int Remaining, long Reset) State
    {
        get
        {
            lock (sync)
            {
                Begin();
                return (limit, used, Math.Max(0, limit - used), reset.ToUnixTimeSeconds());
            }
        }
    }

    /// <summary>Null when the request may go on, else the refusal.</summary>
    public Reply? Count()
    {
        lock (sync)
        {
            Begin();
            if (secondary > 0)
            {
                secondary--;
                var reply = Reply.Message(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.");
                return secondaryWait is { } wait ? reply.With("Retry-After", $"{(int)wait.TotalSeconds}") : reply;
            }

            return ++used > limit ? Reply.Message(403, "API rate limit exceeded for installation.") : null;
        }
    }

    /// <summary>The answer with the state of the hour in its headers.</summary>
    public Reply Mark(Reply reply)
    {
        var (_, spent, remaining, end) = State;
        return reply.With("x-ratelimit-limit", $"{limit}").With("x-ratelimit-remaining", $"{remaining}").With("x-ratelimit-used", $"{spent}")
            .With("x-ratelimit-reset", $"{end}").With("x-ratelimit-resource", "core");
    }

    private void Begin()
    {
        if (now() >= reset)
        {
            (reset, used) = (now() + Window, 0);
        }
    }
}
