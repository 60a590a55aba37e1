using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Steward.Kernel;
using Steward.Platform.Scheduling;
using Steward.Platform.Storage;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Platform.Tests.Scheduling;

public sealed class SchedulerTestsOnSqlite() : SchedulerTests(StoreKind.Sqlite)
{
    [Fact]
    public async Task A_restart_keeps_the_schedules()
    {
        var first = await StartAsync();
        await first.EnsureAsync(EverySecond, Cancellation);
        await ItemsAsync(1);
        await first.StopAsync(Cancellation);
        var before = (await AllAsync()).Count;

        await StartAsync();

        await ItemsAsync(before + 2);
    }
}

public sealed class SchedulerTestsOnPostgres() : SchedulerTests(StoreKind.Postgres)
{
    [Fact]
    public async Task Several_nodes_make_one_item_of_each_occurrence()
    {
        var nodes = new[] { await StartAsync(), await StartAsync(await Store.OpenAsync()) };
        await Task.WhenAll(nodes.Select(node => node.EnsureAsync(EverySecond, Cancellation)));

        await ItemsAsync(4);

        var occurrences = (await AllAsync()).Select(item => item.DueAt).Order().ToList();
        Assert.Equal(occurrences.Distinct(), occurrences);
        Assert.All(occurrences.Zip(occurrences.Skip(1)), pair => Assert.Equal(0, (pair.Second - pair.First).Ticks % TimeSpan.TicksPerSecond));
    }
}

/// <summary>The clock is the system's: Quartz sleeps by it.</summary>
public abstract class SchedulerTests(StoreKind kind) : StoreTest(kind)
{
    protected static readonly Schedule EverySecond = new("watch", "test.chore", """{"n":1}""") { Every = TimeSpan.FromSeconds(1) };

    private readonly List<Scheduler> schedulers = [];

    private WorkLedger Ledger => new(Database, TimeProvider.System);

    [Fact]
    public async Task Each_fire_makes_one_item()
    {
        var scheduler = await StartAsync();
        Assert.False((await scheduler.EnsureAsync(EverySecond, Cancellation)).IsRefused);

        await ItemsAsync(3);

        var items = await AllAsync();
        Assert.Equal(items.Count, items.Select(item => item.Occurrence).Distinct().Count());
        Assert.All(items, item =>
        {
            Assert.Equal(("test.chore", """{"n":1}"""), (item.Kind, item.Payload));
            Assert.Equal($"watch@{UtcTime.ToText(item.DueAt)}", item.Occurrence);
        });
    }

    [Fact]
    public async Task Another_definition_replaces_the_schedule_and_the_same_one_leaves_it()
    {
        var scheduler = await StartAsync();
        var rare = EverySecond with { Every = null, Cron = "0 0 1 1 *" };
        await scheduler.EnsureAsync(rare, Cancellation);
        Assert.Empty(await AllAsync());

        await scheduler.EnsureAsync(EverySecond, Cancellation);
        await ItemsAsync(1);
        await scheduler.EnsureAsync(EverySecond, Cancellation);
        await ItemsAsync(2);

        Assert.True(await scheduler.RemoveAsync("watch", Cancellation));
        Assert.False(await scheduler.RemoveAsync("watch", Cancellation));
    }

    [Fact]
    public async Task A_bad_schedule_is_refused()
    {
        var scheduler = await StartAsync();

        Assert.Equal("cron", (await scheduler.EnsureAsync(EverySecond with { Every = null, Cron = "99 * * * *" }, Cancellation)).Refusal?.Field);
    }

    [Fact]
    public async Task A_server_may_stop_while_its_calendar_still_starts()
    {
        var scheduler = new Scheduler(Options.Create(Store.Options), Database, Ledger, NullLoggerFactory.Instance, TimeProvider.System);
        await scheduler.StartAsync(Cancellation);
        await scheduler.StopAsync(Cancellation);
        await scheduler.DisposeAsync();
    }

    protected async Task<Scheduler> StartAsync(Database? node = null)
    {
        var at = node ?? Database;
        var scheduler = new Scheduler(Options.Create(Store.Options), at, new WorkLedger(at, TimeProvider.System), NullLoggerFactory.Instance, TimeProvider.System);
        schedulers.Add(scheduler);
        await scheduler.StartAsync(Cancellation);
        return scheduler;
    }

    protected Task ItemsAsync(int count) =>
        Eventually.HoldsAsync(async () => (await AllAsync()).Count >= count, $"there are {count} items", Cancellation);

    protected async Task<IReadOnlyList<WorkItem>> AllAsync() =>
        (await Ledger.ListAsync(null, null, new PageRequest(PageRequest.MaxLimit), Cancellation)).Items;

    public override async ValueTask DisposeAsync()
    {
        foreach (var scheduler in schedulers)
        {
            await scheduler.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
