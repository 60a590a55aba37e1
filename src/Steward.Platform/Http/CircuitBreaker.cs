using System.Diagnostics.CodeAnalysis;

namespace Steward.Platform.Http;

/// <summary>How a call that the breaker let through ended.</summary>
internal enum BreakerVerdict
{
    /// <summary>The provider answered, also when it refused.</summary>
    Answered,

    /// <summary>The provider failed in a way that may pass.</summary>
    Failed,

    /// <summary>The call tells nothing about the provider: it was cancelled, or the fault is ours.</summary>
    Neither,
}

/// <summary>
/// Leaves a failing provider alone. After <see cref="FailuresToOpen"/> transient failures in a row nothing is sent for
/// <see cref="OpenFor"/>; then one call at a time tries it, and <see cref="SuccessesToClose"/> answers in a row end the
/// caution. Thread-safe.
/// </summary>
internal sealed class CircuitBreaker(TimeProvider clock, Action<BreakerState> changed)
{
    /// <summary>Transient failures in a row after which it opens. From the mission's patterns of resilience.</summary>
    public const int FailuresToOpen = 5;

    /// <summary>Answers in a row that close it again. From the mission's patterns of resilience.</summary>
    public const int SuccessesToClose = 2;

    /// <summary>How long it stays open. From the mission's patterns of resilience.</summary>
    public static readonly TimeSpan OpenFor = TimeSpan.FromSeconds(60);

    private readonly Lock sync = new();
    private BreakerState state;
    private int row;
    private long openedAt;
    private bool trying;

    // Counts the changes of state: a call that began before the last change has nothing to say about the present.
    private long epoch;

    public BreakerState State
    {
        get
        {
            lock (sync)
            {
                return state;
            }
        }
    }

    /// <summary>Lets a call through, or says how long there is nothing to hope for.</summary>
    /// <param name="entry">What to report the end of the call with.</param>
    /// <param name="wait">How long until the next trial; null while a trial is under way.</param>
    public bool TryEnter([NotNullWhen(true)] out long? entry, out TimeSpan? wait)
    {
        lock (sync)
        {
            (entry, wait) = (null, null);
            if (state == BreakerState.Open)
            {
                var left = OpenFor - clock.GetElapsedTime(openedAt);
                if (left > TimeSpan.Zero)
                {
                    wait = left;
                    return false;
                }

                Become(BreakerState.HalfOpen);
            }

            if (state == BreakerState.HalfOpen)
            {
                if (trying)
                {
                    return false;
                }

                trying = true;
            }

            entry = epoch;
            return true;
        }
    }

    /// <summary>Takes note of how a call ended.</summary>
    public void Report(long entry, BreakerVerdict verdict)
    {
        lock (sync)
        {
            if (entry != epoch)
            {
                return;
            }

            trying = false;
            switch (state, verdict)
            {
                case (BreakerState.Closed, BreakerVerdict.Answered):
                    row = 0;
                    break;
                case (BreakerState.Closed, BreakerVerdict.Failed) when ++row == FailuresToOpen:
                case (BreakerState.HalfOpen, BreakerVerdict.Failed):
                    openedAt = clock.GetTimestamp();
                    Become(BreakerState.Open);
                    break;
                case (BreakerState.HalfOpen, BreakerVerdict.Answered) when ++row == SuccessesToClose:
                    Become(BreakerState.Closed);
                    break;
            }
        }
    }

    private void Become(BreakerState next)
    {
        (state, row, trying) = (next, 0, false);
        epoch++;
        changed(next);
    }
}
