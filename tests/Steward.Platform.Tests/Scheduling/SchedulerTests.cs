using Microsoft.Extensions.Logging.Abstractions;
using Steward.Kernel;
using Steward.Platform.Scheduling;
using Steward.Platform.Storage;
using Steward.Platform.Tests.Work;
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

public abstract class SchedulerTests(StoreKind kind) : WorkTest(kind)
{
    protected static readonly Schedule EverySecond = new("watch", "test.chore", """{"n":1}""") { Every = TimeSpan.FromSeconds(1) };

    private readonly List<Scheduler> schedulers = [];

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
    public async Task What_was_missed_runs_once_or_is_skipped_and_each_is_written_down()
    {
        var scheduler = Stopped();
        await scheduler.EnsureAsync(Hourly("once", MissedRuns.RunOnce), Cancellation);
        await scheduler.EnsureAsync(Hourly("skip", MissedRuns.Skip), Cancellation);

        Clock.Advance(TimeSpan.FromHours(5) + TimeSpan.FromMinutes(30));
        Assert.Equal(2, await scheduler.RunOnceAsync(Cancellation));
        Assert.Equal(0, await scheduler.RunOnceAsync(Cancellation));

        Assert.Equal(["once@2026-01-01T17:00:00.000000Z"], (await AllAsync()).Select(item => item.Occurrence));
        var once = Assert.Single(await SkipsAsync("once"));
        var skip = Assert.Single(await SkipsAsync("skip"));
        Assert.Equal((Time(13), Time(16), 4), (once.FirstAt, once.LastAt, once.Occurrences));
        Assert.Contains("runs once for all", once.Reason, StringComparison.Ordinal);
        Assert.Equal((Time(13), Time(17), 5), (skip.FirstAt, skip.LastAt, skip.Occurrences));
        Assert.Contains("says to skip", skip.Reason, StringComparison.Ordinal);
        Assert.Equal(Time(18), (await Database.ReadAsync(session => Scheduler.FindAsync(session, "skip"), Cancellation))!.NextAt);
    }

    [Fact]
    public async Task A_zone_that_this_machine_does_not_know_holds_up_nobody_else()
    {
        var scheduler = Stopped();
        await scheduler.EnsureAsync(Hourly("foreign", MissedRuns.RunOnce) with { TimeZone = "Europe/Berlin" }, Cancellation);
        await scheduler.EnsureAsync(Hourly("own", MissedRuns.RunOnce), Cancellation);
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE schedule SET definition = REPLACE(definition, 'Europe/Berlin', 'Europe/Atlantis')"), Cancellation);
        Clock.Advance(TimeSpan.FromHours(1));
        await scheduler.RunOnceAsync(Cancellation);

        Assert.StartsWith("own@", Assert.Single(await AllAsync()).Occurrence, StringComparison.Ordinal);
        Assert.Contains("Europe/Atlantis", Assert.Single(await SkipsAsync("foreign")).Reason, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.True(await scheduler.RemoveAsync("foreign", Cancellation));
    }

    [Fact]
    public async Task A_little_late_is_not_missed()
    {
        var scheduler = Stopped();
        await scheduler.EnsureAsync(Hourly("skip", MissedRuns.Skip), Cancellation);
        Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(59));
        await scheduler.RunOnceAsync(Cancellation);

        Assert.Equal(Time(13), Assert.Single(await AllAsync()).DueAt);
        Assert.Empty(await SkipsAsync("skip"));
    }

    [Fact]
    public async Task One_that_waits_for_its_turn_stands_for_those_that_follow()
    {
        var scheduler = Stopped();
        await scheduler.EnsureAsync(Hourly("busy", MissedRuns.RunOnce), Cancellation);
        for (var hour = 0; hour < 3; hour++)
        {
            Clock.Advance(TimeSpan.FromHours(1));
            await scheduler.RunOnceAsync(Cancellation);
        }

        Assert.Single(await AllAsync());
        Assert.Equal([Time(15), Time(14)], (await SkipsAsync("busy")).Select(skip => skip.FirstAt));
        Assert.All(await SkipsAsync("busy"), skip => Assert.Contains("had not begun", skip.Reason, StringComparison.Ordinal));

        await Runner(_ => WorkResult.Done()).RunOnceAsync(Cancellation);
        Clock.Advance(TimeSpan.FromHours(1));
        await scheduler.RunOnceAsync(Cancellation);
        Assert.Equal(2, (await AllAsync()).Count);
    }

    [Fact]
    public async Task A_change_writes_down_what_was_due_and_a_time_that_has_passed_never_comes()
    {
        var scheduler = Stopped();
        await scheduler.EnsureAsync(Hourly("changed", MissedRuns.RunOnce), Cancellation);
        Clock.Advance(TimeSpan.FromMinutes(150));
        await scheduler.EnsureAsync(new Schedule("changed", Chore, "{}") { At = Time(13) }, Cancellation);
        Clock.Advance(TimeSpan.FromHours(3));
        await scheduler.RunOnceAsync(Cancellation);

        Assert.Empty(await AllAsync());
        Assert.Equal([(1, "It had passed when the schedule was made."), (2, "The schedule was changed or ended before its time was seen to.")], (await SkipsAsync("changed")).Select(skip => (skip.Occurrences, skip.Reason)));
    }

    [Fact]
    public async Task A_schedule_that_rested_goes_on_in_its_place_and_says_what_it_left_out()
    {
        var scheduler = Stopped();
        var every = new Schedule("rests", Chore, "{}") { Every = TimeSpan.FromHours(1) };
        await scheduler.EnsureAsync(every, Cancellation);
        await scheduler.RunOnceAsync(Cancellation);
        await Runner(_ => WorkResult.Done()).RunOnceAsync(Cancellation);
        await Database.WriteAsync(session => scheduler.RestAsync(session, "rests"), Cancellation);
        Clock.Advance(TimeSpan.FromMinutes(150));
        await scheduler.RunOnceAsync(Cancellation);
        Assert.Single(await AllAsync());

        await scheduler.EnsureAsync(every, Cancellation);
        await scheduler.RunOnceAsync(Cancellation);
        Assert.Single(await AllAsync());
        var skip = Assert.Single(await SkipsAsync("rests"));
        Assert.Equal(2, skip.Occurrences);
        Assert.StartsWith("The schedule rested since ", skip.Reason, StringComparison.Ordinal);

        Clock.Advance(TimeSpan.FromMinutes(30));
        await scheduler.RunOnceAsync(Cancellation);
        Assert.Equal(2, (await AllAsync()).Count);
    }

    protected async Task<Scheduler> StartAsync(Database? node = null)
    {
        var at = node ?? Database;
        var scheduler = new Scheduler(at, TimeProvider.System, NullLogger<Scheduler>.Instance);
        schedulers.Add(scheduler);
        await scheduler.StartAsync(Cancellation);
        return scheduler;
    }

    protected Task ItemsAsync(int count) =>
        Eventually.HoldsAsync(async () =>
        {
            // One that waits for its turn stands for those that follow: let them have it.
            Clock.Advance(TimeProvider.System.GetUtcNow() - Clock.GetUtcNow() is var ahead && ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
            await Runner(_ => WorkResult.Done()).RunOnceAsync(Cancellation);
            return (await AllAsync()).Count >= count;
        }, $"there are {count} items", Cancellation);

    protected async Task<IReadOnlyList<WorkItem>> AllAsync() =>
        (await Ledger.ListAsync(null, null, new PageRequest(PageRequest.MaxLimit), Cancellation)).Items;

    protected async Task<IReadOnlyList<SkippedOccurrences>> SkipsAsync(string id) =>
        (await Database.ReadAsync(session => Scheduler.SkipsAsync(session, id, new PageRequest(PageRequest.MaxLimit)), Cancellation)).Items;

    private Scheduler Stopped() => new(Database, Clock, NullLogger<Scheduler>.Instance);

    private static Schedule Hourly(string id, MissedRuns missed) => new(id, Chore, "{}") { Cron = "@hourly", Missed = missed };

    private static DateTimeOffset Time(int hour) => new(2026, 1, 1, hour, 0, 0, TimeSpan.Zero);

    public override async ValueTask DisposeAsync()
    {
        foreach (var scheduler in schedulers)
        {
            await scheduler.StopAsync(CancellationToken.None);
            scheduler.Dispose();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
