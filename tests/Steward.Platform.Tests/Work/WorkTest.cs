using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Platform.Tests.Work;

/// <summary>A test with a ledger and any number of nodes that work through it.</summary>
public abstract class WorkTest(StoreKind kind) : StoreTest(kind)
{
    protected const string Chore = "test.chore";

    private readonly List<WorkRunner> runners = [];

    protected WorkLedger Ledger => new(Database, Clock);

    protected static TimeSpan Lease => TimeSpan.FromSeconds(15);

    /// <summary>A node that does chores in the given way.</summary>
    protected WorkRunner Runner(Func<WorkItem, CancellationToken, Task<WorkResult>> handle, Database? database = null, WorkOptions? options = null)
    {
        var at = database ?? Database;
        var runner = new WorkRunner(at, new RetryBudget(at, Clock), new Redactor(), [new Handler(handle)],
            Options.Create(options ?? new WorkOptions { Concurrency = 256, Lease = Lease }), Clock, Random.Shared, NullLogger<WorkRunner>.Instance);
        runners.Add(runner);
        return runner;
    }

    protected WorkRunner Runner(Func<WorkItem, WorkResult> handle, Database? database = null) =>
        Runner((item, _) => Task.FromResult(handle(item)), database);

    /// <summary>The hold that a node has on items, without the node: it can "die" at any moment.</summary>
    internal WorkLease Hold(string node, Database? database = null) =>
        new(database ?? Database, new RetryBudget(database ?? Database, Clock), new Redactor(), Clock, Random.Shared, node, Lease);

    protected async Task<Guid> EnqueueAsync(string occurrence = "1", Func<NewWork, NewWork>? change = null)
    {
        var work = new NewWork(Chore, occurrence, "{}");
        return (await Ledger.EnqueueAsync(change?.Invoke(work) ?? work, Cancellation))!.Value;
    }

    protected async Task<WorkItem> ItemAsync(Guid id) => (await Ledger.FindAsync(id, Cancellation))!;

    public override async ValueTask DisposeAsync()
    {
        foreach (var runner in runners)
        {
            await runner.StopAsync(CancellationToken.None);
            runner.Dispose();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private sealed class Handler(Func<WorkItem, CancellationToken, Task<WorkResult>> handle) : IWorkHandler
    {
        public string Kind => Chore;

        public Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken) => handle(item, cancellationToken);
    }
}
