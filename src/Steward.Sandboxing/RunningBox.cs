using System.Diagnostics;
using Steward.Sandboxing.Confining;

namespace Steward.Sandboxing;

/// <summary>
/// A box whose program runs. It is over when <see cref="WaitAsync(CancellationToken)"/> answers: then nothing that it started is alive.
/// Disposing it kills what still runs.
/// </summary>
public sealed class RunningBox : IAsyncDisposable
{
    // What the kernel says of a program that used more processor time than RLIMIT_CPU, seen through bubblewrap.
    private const int KilledByKernel = 137;
    private const int OverProcessorTime = 152;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private readonly Process process;
    private readonly SandboxLimits limits;
    private readonly TimeProvider clock;
    private readonly Func<Task> endRest;
    private readonly Action left;
    private readonly Cgroup? cgroup;
    private BoxEndKind? killedFor;
    private int isLeft;

    internal RunningBox(Process process, SandboxLimits limits, Cgroup? cgroup, TimeProvider clock, Func<Task> endRest, Action left)
    {
        (this.process, this.limits, this.cgroup, this.clock, this.endRest, this.left) = (process, limits, cgroup, clock, endRest, left);
        Input = process.StandardInput.BaseStream;
        Output = process.StandardOutput.BaseStream;
        Errors = process.StandardError.BaseStream;
    }

    /// <summary>The program's standard input.</summary>
    public Stream Input { get; }

    /// <summary>The program's standard output. Whoever reads it sets a bound.</summary>
    public Stream Output { get; }

    /// <summary>The program's standard error. Whoever reads it sets a bound.</summary>
    public Stream Errors { get; }

    /// <summary>The process on this machine that holds the box.</summary>
    public int ProcessId => process.Id;

    /// <summary>True once its process is gone.</summary>
    public bool IsOver => process.HasExited;

    /// <summary>Ends it at once, with all that it started.</summary>
    public void Kill() => Kill(BoxEndKind.Cancelled);

    /// <summary>Waits until it is over, and kills it when its time is up or the token is cancelled. The time counts from this call.</summary>
    public Task<BoxEnd> WaitAsync(CancellationToken cancellationToken) => WaitAsync(limits.Time, cancellationToken);

    /// <summary>The same with a time of its own, for a box that was started before it was known what for.</summary>
    /// <param name="time">How long it may take from now on; its limits' time at the most.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public async Task<BoxEnd> WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var timer = clock.CreateTimer(_ => Kill(BoxEndKind.TimedOut), null, time < limits.Time ? time : limits.Time, Timeout.InfiniteTimeSpan);
        using var looking = limits.ReservesMuch ? clock.CreateTimer(_ => Look(), null, BetweenLooks, BetweenLooks) : null;
        using var cancelled = cancellationToken.Register(() => Kill(BoxEndKind.Cancelled));
        await process.WaitForExitAsync(CancellationToken.None);
        cgroup?.Kill();
        await endRest();
        var code = process.ExitCode;
        var kind = killedFor
            ?? (cgroup?.RanOutOfMemory == true ? BoxEndKind.OutOfMemory
            : code is OverProcessorTime || (code == KilledByKernel && cgroup is null) ? BoxEndKind.OutOfProcessorTime
            : BoxEndKind.Exited);
        return new BoxEnd(kind, code);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isLeft, 1) == 1)
        {
            return;
        }

        Kill(BoxEndKind.Cancelled);
        await process.WaitForExitAsync(CancellationToken.None);
        await endRest();
        // Process leaves open what somebody has taken from it, until the garbage collector finds it.
        foreach (var stream in (Stream[])[Input, Output, Errors])
        {
            await stream.DisposeAsync();
        }

        process.Dispose();
        cgroup?.Dispose();
        left();
    }

    private void Look() => WhileThere(() =>
    {
        if (!process.HasExited && Machine.MemoryBelow(process.Id) > limits.Memory)
        {
            Kill(BoxEndKind.OutOfMemory);
        }
    });

    private void Kill(BoxEndKind why) => WhileThere(() =>
    {
        if (!process.HasExited)
        {
            killedFor ??= why;
            cgroup?.Kill();
            Family.End(process);
        }
    });

    // A timer may fire in the very moment in which its box is let go of, and what a timer throws ends the server.
    private static void WhileThere(Action what)
    {
        try
        {
            what();
        }
        catch (InvalidOperationException)
        {
            // "No process is associated with this object."
        }
    }
}
