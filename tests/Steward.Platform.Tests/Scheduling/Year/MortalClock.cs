using Steward.Testing;

namespace Steward.Platform.Tests.Scheduling.Year;

/// <summary>The process was killed at this point.</summary>
internal sealed class KilledException() : Exception("The process was killed here.");

/// <summary>A process's clock. Whatever decides or writes reads it, so a kill at some reading is one between any two steps, also within a transaction.</summary>
internal sealed class MortalClock(FakeClock world) : TimeProvider
{
    private int? readingsLeft;

    public bool IsDead { get; private set; }

    /// <summary>The process is killed at a coming reading; 0 for the next one.</summary>
    public void DieAfter(int readings) => readingsLeft = readings;

    public override DateTimeOffset GetUtcNow()
    {
        IsDead |= readingsLeft-- <= 0;
        return IsDead ? throw new KilledException() : world.GetUtcNow();
    }

    public override long TimestampFrequency => world.TimestampFrequency;

    public override long GetTimestamp() => GetUtcNow().Ticks;
}
