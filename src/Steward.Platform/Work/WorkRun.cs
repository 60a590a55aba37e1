namespace Steward.Platform.Work;

/// <summary>
/// An item that runs on this node, for as long as its lease lasts by this node's own clock: a node that is cut off from
/// the store cannot hear that another took the item, so it stops by itself before that can be.
/// </summary>
internal sealed class WorkRun : IDisposable
{
    private readonly CancellationTokenSource lost;
    private readonly TimeSpan lease;
    private readonly TimeProvider clock;
    private readonly ITimer end;

    /// <param name="item">The item.</param>
    /// <param name="lease">How long its lease lasts.</param>
    /// <param name="asked">When the lease was asked for: it began then or later.</param>
    /// <param name="clock">This node's clock.</param>
    /// <param name="stopping">The node stops.</param>
    public WorkRun(WorkItem item, TimeSpan lease, long asked, TimeProvider clock, CancellationToken stopping)
    {
        (Item, this.lease, this.clock) = (item, lease, clock);
        lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Lost = lost.Token;
        end = clock.CreateTimer(static run => ((WorkRun)run!).Lose(), this, Left(asked), Timeout.InfiniteTimeSpan);
    }

    public WorkItem Item { get; }

    /// <summary>Cancelled when the item is not ours any more, or the node stops.</summary>
    public CancellationToken Lost { get; }

    public Task Task { get; set; } = Task.CompletedTask;

    /// <summary>The lease was renewed.</summary>
    /// <param name="asked">When that was asked for.</param>
    public void Renewed(long asked) => end.Change(Left(asked), Timeout.InfiniteTimeSpan);

    /// <summary>The item is not ours any more: its handler is to stop.</summary>
    public void Lose()
    {
        try
        {
            // Not on this thread: what a handler does when it is told may take long or fail.
            _ = lost.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }

    public void Dispose()
    {
        end.Dispose();
        lost.Dispose();
    }

    private TimeSpan Left(long asked)
    {
        var left = lease - clock.GetElapsedTime(asked);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
