using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Steward.Sandboxing;

/// <summary>
/// Starts every box from one thread that lives as long as the server. Boxes are to die with the server, and the kernel
/// takes the thread that started one for its parent: a box that was started from a pool's thread dies when that retires.
/// </summary>
internal sealed class Launcher : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> wishes = [];

    public Launcher() => new Thread(Run) { IsBackground = true, Name = "sandbox-launcher" }.Start();

    /// <summary>Starts it.</summary>
    /// <exception cref="Win32Exception">The machine could not: no such program, no more processes.</exception>
    public Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        wishes.Add((start, started));
        return started.Task;
    }

    public void Dispose() => wishes.CompleteAdding();

    private void Run()
    {
        foreach (var (start, started) in wishes.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception e)
            {
                // Whoever wants it hears of it; the thread must live.
                started.SetException(e);
            }
        }
    }
}
