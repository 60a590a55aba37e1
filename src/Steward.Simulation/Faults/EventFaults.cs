namespace Steward.Simulation.Faults;

/// <summary>What goes wrong with events on their way to their receiver. Thread-safe.</summary>
public sealed class EventFaults
{
    private readonly Lock sync = new();
    private (bool Drop, bool Duplicate, TimeSpan Delay) current;

    internal EventFaults()
    {
    }

    internal (bool Drop, bool Duplicate, TimeSpan Delay) Current
    {
        get
        {
            lock (sync)
            {
                return current;
            }
        }
    }

    /// <summary>From now on no event arrives.</summary>
    public void Drop() => Set(Current with { Drop = true });

    /// <summary>From now on every event arrives twice.</summary>
    public void Duplicate() => Set(Current with { Duplicate = true });

    /// <summary>From now on events leave this much later, on the world's clock and not scaled by its speed.</summary>
    public void Delay(TimeSpan by) => Set(Current with { Delay = by });

    /// <summary>From now on events arrive once and at once.</summary>
    public void Clear() => Set(default);

    private void Set((bool, bool, TimeSpan) value)
    {
        lock (sync)
        {
            current = value;
        }
    }
}
