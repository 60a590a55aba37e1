using Microsoft.Extensions.Logging;

namespace Steward.Operations.Events;

/// <summary>
/// Makes the loop look because events came. Those that come close together become one look, and whoever sends without end
/// makes it look no more often than it would by itself at its fastest. An event never does more than shorten the wait.
/// </summary>
internal sealed partial class EventWakes(WatchLoop loop, TimeProvider clock, ILogger<EventWakes> log) : IDisposable
{
    /// <summary>The least time between two looks: a provider reports one change as several events.</summary>
    internal static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(50);

    /// <summary>How many looks may follow each other at that pace.</summary>
    internal const int Burst = 300;

    /// <summary>How often a look comes back once they are used up.</summary>
    internal static readonly TimeSpan Refill = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private double left = Burst;
    private long counted = clock.GetTimestamp();
    private long? last;
    private ITimer? later;
    private bool planned;

    /// <summary>The loop looks at once, or shortly; nobody waits for that. A look that dies with this node costs the wait for the next poll.</summary>
    public void Look()
    {
        if (TakeNow())
        {
            _ = WakeAsync();
        }
    }

    /// <inheritdoc />
    public void Dispose() => later?.Dispose();

    private bool TakeNow()
    {
        lock (gate)
        {
            if (planned)
            {
                return false;
            }

            var now = clock.GetTimestamp();
            left = Math.Min(Burst, left + (clock.GetElapsedTime(counted, now) / Refill));
            counted = now;
            var spaced = last is { } before ? Spacing - clock.GetElapsedTime(before, now) : TimeSpan.Zero;
            var refilled = left >= 1 ? TimeSpan.Zero : Refill * (1 - left);
            var wait = spaced > refilled ? spaced : refilled;
            if (wait <= TimeSpan.Zero)
            {
                left--;
                last = now;
                return true;
            }

            planned = true;
            later ??= clock.CreateTimer(_ => LookLater(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            later.Change(wait, Timeout.InfiniteTimeSpan);
            return false;
        }
    }

    private void LookLater()
    {
        lock (gate)
        {
            // From here on an event is news again: this look may have begun without it.
            planned = false;
            var now = clock.GetTimestamp();
            left = Math.Max(0, Math.Min(Burst, left + (clock.GetElapsedTime(counted, now) / Refill)) - 1);
            (counted, last) = (now, now);
        }

        _ = WakeAsync();
    }

    private async Task WakeAsync()
    {
        EventMeter.Looks.Add(1);
        try
        {
            await loop.LookNowAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody waits for it; the next poll comes by itself.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotWoken(log, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The loop could not be told of an event; it looks at its next poll")]
    private static partial void LogNotWoken(ILogger log, Exception error);
}
