using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Work;

/// <summary>
/// A node's hands: claims due items, runs their handlers side by side, renews their leases and writes down how they
/// ended, many at a time. It sleeps until news or the next due time.
/// </summary>
public sealed partial class WorkRunner : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Database database;
    private readonly WorkLease lease;
    private readonly WorkOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<WorkRunner> log;
    private readonly Dictionary<string, IWorkHandler> handlers;
    private readonly string[] kinds;
    private readonly IReadOnlyList<IWorkHandler> bounded;

    // Bounded by options.Concurrency: nothing is claimed without a free place.
    private readonly ConcurrentDictionary<Guid, WorkRun> running = new();
    private readonly Channel<Ended> ended = Channel.CreateUnbounded<Ended>();
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Introduces the runner to its handlers; two of one kind are a mistake in the program.</summary>
    public WorkRunner(
        Database database, RetryBudget budget, Redactor redactor, IEnumerable<IWorkHandler> handlers, IOptions<WorkOptions> options, TimeProvider clock, Random jitter, ILogger<WorkRunner> log)
    {
        (this.database, this.options, this.clock, this.log) = (database, options.Value, clock, log);
        this.handlers = handlers.ToDictionary(handler => handler.Kind, StringComparer.Ordinal);
        bounded = [.. this.handlers.Values.Where(handler => handler.AtOnce is not null)];
        kinds = [.. this.handlers.Keys.Except(bounded.Select(handler => handler.Kind))];
        Node = $"{Environment.MachineName}/{Environment.ProcessId}/{Ids.New(clock):N}";
        lease = new WorkLease(database, budget, redactor, clock, jitter, Node, this.options.Lease);
    }

    /// <summary>The name under which this node holds leases.</summary>
    public string Node { get; }

    /// <summary>Claims what is due once and runs it to the end. What tests and tools call; a server lets the loop run.</summary>
    /// <returns>How many items ran.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var items = await lease.ClaimAsync([.. handlers.Keys], options.Concurrency, cancellationToken);
        var results = await Task.WhenAll(items.Select(item => RunAsync(item, cancellationToken)));
        await lease.FinishAsync([.. results.Select(end => (end.Item, end.Result, end.Error))], cancellationToken);
        return items.Count;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = database.Signals.Listen(WorkLedger.Topic, Wake);
        var writing = WriteEndsAsync();
        var renewing = RenewAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var claimed = await ClaimAsync(stoppingToken);
                if (claimed == 0 || running.Count >= options.Concurrency)
                {
                    await SleepAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (IsStoreTrouble(e))
            {
                LogStoreTrouble(log, e);
                await Quietly(Task.Delay(Pause, clock, stoppingToken));
            }
        }

        // Handlers saw the token; their items go back to the ledger so that another node, or the next start, goes on at once.
        await Task.WhenAll(running.Values.Select(run => run.Task));
        ended.Writer.Complete();
        await writing;
        await Quietly(renewing);
    }

    private async Task<int> ClaimAsync(CancellationToken stoppingToken)
    {
        var free = options.Concurrency - running.Count;
        if (free <= 0)
        {
            return 0;
        }

        // Kinds that are bounded by themselves are claimed by themselves, as many as there is room for.
        var claimed = await ClaimAsync(kinds, free, stoppingToken);
        foreach (var handler in bounded)
        {
            var room = Math.Min(options.Concurrency - running.Count, Room(handler));
            claimed += room > 0 ? await ClaimAsync([handler.Kind], room, stoppingToken) : 0;
        }

        return claimed;
    }

    private int Room(IWorkHandler handler) => handler.AtOnce!.Value - running.Values.Count(run => run.Item.Kind == handler.Kind);

    private async Task<int> ClaimAsync(string[] of, int most, CancellationToken stoppingToken)
    {
        var asked = clock.GetTimestamp();
        var items = await lease.ClaimAsync(of, most, stoppingToken);
        foreach (var item in items)
        {
            var run = new WorkRun(item, options.Lease, asked, clock, stoppingToken);
            running[item.Id] = run;
            run.Task = Task.Run(async () => ended.Writer.TryWrite(await RunAsync(item, run.Lost)), CancellationToken.None);
        }

        return items.Count;
    }

    private async Task<Ended> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (item.Attempt > item.MaxAttempts)
        {
            return new(item, null, null);
        }

        var begun = clock.GetTimestamp();
        using var span = WorkMeter.Begin(item);
        using var scope = log.BeginScope(new Dictionary<string, object> { ["correlation_id"] = item.CorrelationId, ["work_id"] = item.Id });
        Ended end;
        try
        {
            end = new(item, await handlers[item.Kind].RunAsync(item, cancellationToken), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            end = new(item, WorkResult.WaitUntil(clock.Now(), "The node stopped; the item goes on elsewhere or at the next start."), null);
        }
#pragma warning disable CA1031 // The ledger is the place where a failed attempt becomes data: retry, or dead letter.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogAttemptFailed(log, item.Kind, item.Id, item.Attempt, item.MaxAttempts, e);
            end = new(item, null, e);
        }

        WorkMeter.End(item, end.Result, clock.GetElapsedTime(begun));
        return end;
    }

    private async Task WriteEndsAsync()
    {
        var batch = new List<Ended>();
        while (await ended.Reader.WaitToReadAsync())
        {
            while (ended.Reader.TryRead(out var end))
            {
                batch.Add(end);
            }

            try
            {
                await lease.FinishAsync([.. batch.Select(end => (end.Item, end.Result, end.Error))], CancellationToken.None);
            }
#pragma warning disable CA1031 // Whatever it is: without this loop the node would hold its items and do nothing for ever.
            catch (Exception e)
#pragma warning restore CA1031
            {
                // The leases will run out and the items run again: handlers ask what already happened.
                LogStoreTrouble(log, e);
            }

            foreach (var end in batch)
            {
                // A later run of the same item, after a lost lease, stays.
                if (running.TryGetValue(end.Item.Id, out var run) && run.Item.Fence == end.Item.Fence && running.TryRemove(KeyValuePair.Create(end.Item.Id, run)))
                {
                    run.Dispose();
                }
            }

            batch.Clear();
            Wake();
        }
    }

    private async Task RenewAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Lease / 3, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (running.IsEmpty)
            {
                continue;
            }

            try
            {
                var runs = running.Values.ToList();
                var asked = clock.GetTimestamp();
                var ours = await lease.RenewAsync([.. runs.Select(run => run.Item)], stoppingToken);
                foreach (var run in runs)
                {
                    if (ours.Contains(run.Item.Id))
                    {
                        run.Renewed(asked);
                    }
                    else if (running.ContainsKey(run.Item.Id))
                    {
                        LogLeaseLost(log, run.Item.Kind, run.Item.Id);
                        run.Lose();
                    }
                }
            }
            catch (Exception e) when (IsStoreTrouble(e))
            {
                LogStoreTrouble(log, e);
            }
        }
    }

    private async Task SleepAsync(CancellationToken stoppingToken)
    {
        var wait = options.Poll;
        if (running.Count < options.Concurrency && await lease.NextAsync([.. kinds, .. bounded.Where(handler => Room(handler) > 0).Select(handler => handler.Kind)], stoppingToken) is { } next && next - clock.GetUtcNow() is var due && due < wait)
        {
            wait = due > TimeSpan.FromMilliseconds(1) ? due : TimeSpan.FromMilliseconds(1);
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var sleep = Task.Delay(wait, clock, timeout.Token);
        var woken = news.Reader.WaitToReadAsync(timeout.Token).AsTask();
        await Task.WhenAny(sleep, woken);
        news.Reader.TryRead(out _);
        await timeout.CancelAsync();
        await Quietly(sleep);
        await Quietly(woken);
    }

    private void Wake() => news.Writer.TryWrite(true);

    private static async Task Quietly(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // The wait was cut short on purpose.
        }
    }

    private static bool IsStoreTrouble(Exception e) => e is DbException or StorageException or TimeoutException or IOException;

    private sealed record Ended(WorkItem Item, WorkResult? Result, Exception? Error);
}
