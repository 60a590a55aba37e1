namespace Steward.Simulation;

/// <summary>Makes things happen later on the world's clock at the world's speed. Bounded by the deployments in motion.</summary>
internal sealed class Schedule(TimeProvider clock, double speed) : IDisposable
{
    private readonly Lock gate = new();
    private readonly HashSet<Entry> entries = [];
    private bool closed;

    public TimeProvider Clock => clock;

    /// <summary>What a real duration becomes here; zero when the world is instant.</summary>
    public TimeSpan Scale(TimeSpan real) => double.IsPositiveInfinity(speed) ? TimeSpan.Zero : real / speed;

    /// <summary>Runs the action once after a delay that is already scaled. Disposing the result before then prevents it.</summary>
    public IDisposable After(TimeSpan delay, Action action)
    {
        var entry = new Entry(this, action);
        lock (gate)
        {
            if (!closed)
            {
                entries.Add(entry);
                entry.Timer = clock.CreateTimer(static state => ((Entry)state!).Fire(), entry, delay, Timeout.InfiniteTimeSpan);
            }
        }

        return entry;
    }

    public void Dispose()
    {
        Entry[] left;
        lock (gate)
        {
            closed = true;
            left = [.. entries];
        }

        foreach (var entry in left)
        {
            entry.Dispose();
        }
    }

    private sealed class Entry(Schedule schedule, Action action) : IDisposable
    {
        public ITimer? Timer { get; set; }

        public void Fire()
        {
            if (Leave())
            {
                action();
            }
        }

        public void Dispose() => Leave();

        // Whoever removes the entry owns it: a timer that fires while it is being cancelled does nothing.
        private bool Leave()
        {
            lock (schedule.gate)
            {
                if (!schedule.entries.Remove(this))
                {
                    return false;
                }

                Timer?.Dispose();
                return true;
            }
        }
    }
}
