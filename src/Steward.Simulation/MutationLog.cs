namespace Steward.Simulation;

/// <summary>The world's own record of what it performed. Holds the newest 100 000 entries.</summary>
internal sealed class MutationLog(TimeProvider clock)
{
    private const int Capacity = 100_000;
    private readonly Lock gate = new();
    private readonly Queue<Mutation> entries = new();
    private readonly List<(string Operation, TaskCompletionSource<Mutation> Waiter)> waiters = [];

    public IReadOnlyList<Mutation> Snapshot()
    {
        lock (gate)
        {
            return [.. entries];
        }
    }

    public void Record(string system, string operation, string target, string detail)
    {
        var mutation = new Mutation(clock.GetUtcNow(), system, operation, target, detail);
        lock (gate)
        {
            if (entries.Count == Capacity)
            {
                entries.Dequeue();
            }

            entries.Enqueue(mutation);
            foreach (var (_, waiter) in waiters.Where(one => one.Operation == operation))
            {
                waiter.TrySetResult(mutation);
            }

            waiters.RemoveAll(one => one.Waiter.Task.IsCompleted);
        }
    }

    public Task<Mutation> NextAsync(string operation, CancellationToken cancellationToken)
    {
        var waiter = new TaskCompletionSource<Mutation>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiters.Add((operation, waiter));
        }

        return waiter.Task.WaitAsync(cancellationToken);
    }
}
