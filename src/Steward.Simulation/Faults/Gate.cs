namespace Steward.Simulation.Faults;

/// <summary>
/// Catches one request and holds it, so that a test can kill the client exactly there. A client that leaves does not open
/// the gate: the request waits for <see cref="Release"/>, <see cref="Drop"/> or the end of the world.
/// </summary>
public sealed class Gate
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Gate(string system, string operation, bool afterEffect) =>
        (System, Operation, AfterEffect) = (system, operation, afterEffect);

    /// <summary>Done when a request stands at the gate.</summary>
    public Task Reached => reached.Task;

    internal string System { get; }

    internal string Operation { get; }

    internal bool AfterEffect { get; }

    /// <summary>Lets the request go on: before its effect, the effect happens now, even if the client has left.</summary>
    public void Release() => opened.TrySetResult(true);

    /// <summary>Breaks the connection. Before its effect, the effect never happens.</summary>
    public void Drop() => opened.TrySetResult(false);

    /// <summary>Stands at the gate; false when the request is to be dropped.</summary>
    internal async Task<bool> PassAsync(CancellationToken worldEnds)
    {
        reached.TrySetResult();
        return await opened.Task.WaitAsync(worldEnds);
    }
}
