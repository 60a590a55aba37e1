using System.Collections.Concurrent;
using Steward.Platform.Storage;

namespace Steward.Platform.Work;

/// <summary>
/// Lets single items that are brought at the same time share one commit: while one is on its way to the disk, the next
/// ones gather. Whoever brings an item waits until it is durable, alone or among others.
/// </summary>
internal sealed class WorkIntake(Database database)
{
    // Keeps one transaction short for whoever else wants to write; what is left goes with the next.
    private const int MaxTogether = 256;

    // Bounded by the number of callers that wait.
    private readonly ConcurrentQueue<Newcomer> waiting = new();
    private int committing;

    /// <summary>Accepts an item durably. False when its occurrence was accepted before.</summary>
    /// <param name="row">The values of its row.</param>
    /// <param name="cancellationToken">Gives up waiting; an item that is on its way already is accepted all the same.</param>
    public Task<bool> AddAsync(WorkRow row, CancellationToken cancellationToken)
    {
        var newcomer = new Newcomer(row, cancellationToken);
        waiting.Enqueue(newcomer);
        CommitSoon();
        return newcomer.Accepted.Task.WaitAsync(cancellationToken);
    }

    // Beside the caller and without its context: the commit is nobody's in particular.
    private void CommitSoon()
    {
        if (Interlocked.CompareExchange(ref committing, 1, 0) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static intake => _ = intake.CommitAllAsync(), this, preferLocal: false);
        }
    }

    private async Task CommitAllAsync()
    {
        while (Next() is { Count: > 0 } together)
        {
            await CommitAsync(together);
        }

        Volatile.Write(ref committing, 0);
        // One that came between the last look and this moment found a committer at work.
        if (!waiting.IsEmpty)
        {
            CommitSoon();
        }
    }

    private List<Newcomer> Next()
    {
        var together = new List<Newcomer>();
        while (together.Count < MaxTogether && waiting.TryDequeue(out var newcomer))
        {
            if (newcomer.GaveUp.IsCancellationRequested)
            {
                newcomer.Accepted.TrySetCanceled(newcomer.GaveUp);
            }
            else
            {
                together.Add(newcomer);
            }
        }

        // One order for every node: two that bring the same occurrences at once must not wait for each other in a circle.
        together.Sort(static (one, other) => WorkRow.Compare(one.Row, other.Row));
        return together;
    }

    private async Task CommitAsync(List<Newcomer> together)
    {
        try
        {
            var isNew = await database.WriteOneAsync(session => WorkRow.InsertAsync(session, [.. together.Select(newcomer => newcomer.Row)]), CancellationToken.None);
            for (var place = 0; place < together.Count; place++)
            {
                together[place].Accepted.TrySetResult(isNew[place]);
            }
        }
#pragma warning disable CA1031 // It is theirs who wait.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (together.Count == 1 || StoreTrouble.Is(e))
            {
                together.ForEach(newcomer => newcomer.Accepted.TrySetException(e));
                return;
            }

            // One that no store can hold is not to take the others with it.
            foreach (var newcomer in together)
            {
                await CommitAsync([newcomer]);
            }
        }
    }

    private sealed class Newcomer(WorkRow row, CancellationToken gaveUp)
    {
        public WorkRow Row { get; } = row;

        public CancellationToken GaveUp { get; } = gaveUp;

        // Whoever waits goes on elsewhere: this thread has the next commit to see to.
        public TaskCompletionSource<bool> Accepted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
