using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Benchmarks;

/// <summary>The work ledger: items a second through all of their life, and how fast a sleeping node is awake. Commits are durable.</summary>
internal static class LedgerBenchmark
{
    private const int Items = 10_000;
    private const int Producers = 4;
    private const int Wakeups = 500;

    public static async Task<IReadOnlyList<Figure>> ThroughputAsync()
    {
        var figures = new List<Figure>();
        foreach (var kind in new[] { StoreKind.Postgres, StoreKind.Sqlite })
        {
            await using var store = await NewStoreAsync(kind);
            var ledger = new WorkLedger(store.Database, TimeProvider.System);
            var handler = new Noop(Items);
            using var runner = Runner(store.Database, handler, concurrency: 64);
            await runner.StartAsync(CancellationToken.None);
            var begun = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Producers).Select(producer => Task.Run(async () =>
            {
                for (var number = producer; number < Items; number += Producers)
                {
                    await ledger.EnqueueAsync(new NewWork(Noop.Name, number.ToString(CultureInfo.InvariantCulture), "{}"), CancellationToken.None);
                }
            })));
            await handler.Finished;
            await Eventually.HoldsAsync(async () => (await ledger.CountAsync(CancellationToken.None)).GetValueOrDefault(WorkState.Succeeded) == Items, "all are done", CancellationToken.None);
            var rate = Items / TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
            await runner.StopAsync(CancellationToken.None);
            var goal = kind == StoreKind.Postgres ? 1000 : 0;
            figures.Add(new Figure($"work items enqueued one by one ({Producers} producers), claimed, run and completed, {kind}", goal == 0 ? "-" : "1,000 a second",
                string.Create(CultureInfo.InvariantCulture, $"{rate:#,0} a second (n = {Items:#,0})"), rate >= goal));
        }

        return figures;
    }

    public static async Task<IReadOnlyList<Figure>> WakeUpAsync()
    {
        var figures = new List<Figure>();
        foreach (var kind in new[] { StoreKind.Postgres, StoreKind.Sqlite })
        {
            await using var store = await NewStoreAsync(kind);
            // Another node enqueues: on PostgreSQL the news travels through the server.
            var elsewhere = kind == StoreKind.Postgres ? await store.OpenAsync() : store.Database;
            var ledger = new WorkLedger(elsewhere, TimeProvider.System);
            var handler = new Noop(int.MaxValue);
            using var runner = Runner(store.Database, handler, concurrency: 16);
            await runner.StartAsync(CancellationToken.None);
            var sample = new List<double>();
            for (var number = -20; number < Wakeups; number++)
            {
                var asked = TimeProvider.System.GetTimestamp();
                await ledger.EnqueueAsync(new NewWork(Noop.Name, number.ToString(CultureInfo.InvariantCulture), "{}"), CancellationToken.None);
                var ran = await handler.Next(number.ToString(CultureInfo.InvariantCulture));
                if (number >= 0)
                {
                    sample.Add(TimeProvider.System.GetElapsedTime(asked, ran).TotalMilliseconds);
                }

                // The node has to be asleep again, or the next one would be claimed on its way.
                await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System);
            }

            await runner.StopAsync(CancellationToken.None);
            figures.Add(new Figure($"enqueue called to handler running on a sleeping node, {kind}", "p95 under 20 ms", sample.Text(), sample.At(0.95) < 20));
        }

        return figures;
    }

    private static Task<TestStore> NewStoreAsync(StoreKind kind)
    {
        TestPostgres.Durable = true;
        return TestStore.CreateAsync(kind, TimeProvider.System);
    }

    private static WorkRunner Runner(Database database, Noop handler, int concurrency) => new(
        database, new RetryBudget(database, TimeProvider.System), new Redactor(), [handler],
        Options.Create(new WorkOptions { Concurrency = concurrency }), TimeProvider.System, Random.Shared, NullLogger<WorkRunner>.Instance);

    private sealed class Noop(int until) : IWorkHandler
    {
        public const string Name = "bench.noop";

        private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> ran = new();
        private int count;

        public string Kind => Name;

        public Task Finished => finished.Task;

        public Task<long> Next(string occurrence) => Of(occurrence).Task;

        public Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
        {
            if (until == int.MaxValue)
            {
                Of(item.Occurrence).TrySetResult(TimeProvider.System.GetTimestamp());
            }
            else if (Interlocked.Increment(ref count) == until)
            {
                finished.SetResult();
            }

            return Task.FromResult(WorkResult.Done());
        }

        private TaskCompletionSource<long> Of(string occurrence) => ran.GetOrAdd(occurrence, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
