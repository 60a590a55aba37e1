using Steward.Testing;

namespace Steward.Operations.Tests.Years;

/// <summary>The process died at this point. Nothing that it was about to do happens.</summary>
internal sealed class NodeDiedException() : Exception("The process died here.");

/// <summary>
/// A node's own clock: a little off from the world's, and the place where its process can die. Code that decides or writes
/// reads the clock, so a death at some reading is a death between any two steps, also within a transaction. A dead node's
/// clock never answers again, and none of its timers fires: it does nothing any more.
/// </summary>
internal sealed class NodeClock(FakeClock world, TimeSpan skew) : TimeProvider
{
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly HashSet<ITimer> timers = [];
    private int? readingsLeft;

    public bool IsDead { get; private set; }

    /// <summary>What this clock shows, as the world's time.</summary>
    public DateTimeOffset ToWorld(DateTimeOffset shown) => shown - skew;

    public override long TimestampFrequency => world.TimestampFrequency;

    /// <summary>The process dies at a coming reading of its clock; 0 for the next one.</summary>
    public void DieAfter(int readings) => readingsLeft = readingsLeft is { } planned && planned < readings ? planned : readings;

    /// <summary>The process dies now.</summary>
    public void Die()
    {
        IsDead = true;
        foreach (var timer in timers)
        {
            timer.Dispose();
        }

        timers.Clear();
    }

    /// <summary>Whatever the node does comes by here.</summary>
    /// <exception cref="NodeDiedException">It has died, or dies now.</exception>
    /// <exception cref="InvalidOperationException">It came on another thread: the run would not be the same every time.</exception>
    public void Check()
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            throw new InvalidOperationException($"The node does something beside the thread of the run, so a seed would not repeat it:\n{Environment.StackTrace}");
        }

        if (!IsDead && readingsLeft-- <= 0)
        {
            Die();
        }

        if (IsDead)
        {
            throw new NodeDiedException();
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        Check();
        return world.GetUtcNow() + skew;
    }

    public override long GetTimestamp()
    {
        Check();
        return world.GetTimestamp();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Check();
        return new Timer(this, world.CreateTimer(_ => Fire(callback, state), null, dueTime, period));
    }

    private void Fire(TimerCallback callback, object? state)
    {
        try
        {
            if (!IsDead)
            {
                callback(state);
            }
        }
        catch (Exception) when (IsDead)
        {
            // It died of what the timer set off.
        }
    }

    private sealed class Timer : ITimer
    {
        private readonly NodeClock owner;
        private readonly ITimer inner;

        public Timer(NodeClock owner, ITimer inner)
        {
            (this.owner, this.inner) = (owner, inner);
            owner.timers.Add(inner);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => !owner.IsDead && inner.Change(dueTime, period);

        public void Dispose()
        {
            owner.timers.Remove(inner);
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
