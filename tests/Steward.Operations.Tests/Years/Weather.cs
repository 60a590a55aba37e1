using Steward.Simulation;

namespace Steward.Operations.Tests.Years;

/// <summary>What can go wrong with a request, or with the process that sends it.</summary>
internal enum Trouble
{
    None,

    /// <summary>429 with a time to wait; nothing happened.</summary>
    RateLimited,

    /// <summary>A server's error; nothing happened.</summary>
    ServerError,

    /// <summary>A server's error; it happened all the same.</summary>
    ErrorAfterEffect,

    /// <summary>A web page in place of an answer; nothing happened.</summary>
    WebPage,

    /// <summary>The connection breaks; nothing happened.</summary>
    LostBeforeEffect,

    /// <summary>The connection breaks; it happened.</summary>
    LostAfterEffect,

    /// <summary>No answer ever; nothing happened.</summary>
    Hangs,

    /// <summary>No answer ever; it happens up to 14 s after it was sent, when the client may have left.</summary>
    LateEffect,

    /// <summary>Half an answer; it happened.</summary>
    Truncated,

    /// <summary>It takes some seconds.</summary>
    Slow,

    /// <summary>The process dies before it is sent.</summary>
    DeathBefore,

    /// <summary>The process dies when it has happened and the answer is on its way.</summary>
    DeathAfter,

    /// <summary>The process dies soon after the answer came.</summary>
    DeathSoonAfter,
}

/// <summary>When what goes wrong: by chance, and for minutes at a time.</summary>
/// <param name="dice">The chance of the run.</param>
/// <param name="intensity">1 for the shares below, 0 for good weather.</param>
internal sealed class Weather(Dice dice, double intensity)
{
    // Of requests that ask. The loop asks about 500 times an hour, and a provider may cost 100 retries an hour.
    private static readonly (Trouble Trouble, double Share)[] Reads =
    [
        (Trouble.RateLimited, 0.006), (Trouble.ServerError, 0.006), (Trouble.WebPage, 0.002), (Trouble.LostBeforeEffect, 0.003),
        (Trouble.LostAfterEffect, 0.003), (Trouble.Hangs, 0.003), (Trouble.Truncated, 0.002), (Trouble.Slow, 0.006),
    ];

    // Of requests that change something: there are few of them, and all depends on them.
    private static readonly (Trouble Trouble, double Share)[] Changes =
    [
        (Trouble.RateLimited, 0.03), (Trouble.ServerError, 0.03), (Trouble.ErrorAfterEffect, 0.02), (Trouble.WebPage, 0.01),
        (Trouble.LostBeforeEffect, 0.03), (Trouble.LostAfterEffect, 0.04), (Trouble.Hangs, 0.02), (Trouble.LateEffect, 0.03), (Trouble.Truncated, 0.02),
        (Trouble.Slow, 0.03), (Trouble.DeathBefore, 0.02), (Trouble.DeathAfter, 0.03), (Trouble.DeathSoonAfter, 0.04),
    ];

    private const double RefusedConnections = 0.003;
    private const double OutagesPerHour = 0.006;

    /// <summary>From here on nothing goes wrong any more; probes stay noisy.</summary>
    public bool IsOver { get; set; }

    /// <summary>How often each trouble was made, by what it was made of.</summary>
    public SortedDictionary<string, int> Made { get; } = new(StringComparer.Ordinal);

    /// <summary>True while a system answers nobody.</summary>
    public bool IsAway(string system, DateTimeOffset at)
    {
        var hour = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
        if (IsOver || system == Systems.Deployed || !dice.Happens(OutagesPerHour * intensity, $"outage of {system}", hour))
        {
            return false;
        }

        var begins = hour + dice.Between(TimeSpan.Zero, TimeSpan.FromMinutes(50), $"begin of the outage of {system}", hour);
        return at >= begins && at < begins + dice.Between(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(8), $"length of the outage of {system}", hour);
    }

    /// <summary>True when no connection comes about: nothing leaves.</summary>
    public bool Refuses(string system, DateTimeOffset at) => !IsOver && system != Systems.Deployed && dice.Happens(RefusedConnections * intensity, $"connection to {system}", at);

    /// <summary>What goes wrong with this request.</summary>
    public Trouble For(Errand errand, DateTimeOffset at)
    {
        if (IsOver || errand.System == Systems.Deployed)
        {
            return Trouble.None;
        }

        var draw = dice.Draw($"trouble of {errand.System} {errand.Operation}", at);
        foreach (var (trouble, share) in errand.ChangesSomething ? Changes : Reads)
        {
            if ((draw -= share * intensity) < 0)
            {
                // What n8n's webhook answers is up to whoever made the workflow: a web page with 200 is an answer like any other.
                return trouble == Trouble.WebPage && errand.Operation == "Webhook" ? Trouble.ServerError : trouble;
            }
        }

        return Trouble.None;
    }

    /// <summary>Counts something that was really done.</summary>
    public void Count(string what) => Made[what] = Made.GetValueOrDefault(what) + 1;
}
