using Steward.Kernel;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Platform.Tests.Work;

public sealed class WorkLeaseTestsOnSqlite() : WorkLeaseTests(StoreKind.Sqlite)
{
    // SQLite knows no statistics here: it must not look for due items through the whole past of their kind.
    [Fact]
    public async Task Due_items_are_found_without_reading_the_past()
    {
        foreach (var sql in new[] { WorkLease.ClaimSql(Database.Dialect), WorkLease.NextSql(Database.Dialect) })
        {
            var plan = await Database.ReadAsync(session => session.QueryAsync($"EXPLAIN QUERY PLAN {sql}", row => row.Text("detail"),
                ("node", "n"), ("until", Clock.Now()), ("now", Clock.Now()), ("kinds", new[] { Chore }), ("max", 5)), Cancellation);
            Assert.Contains(plan, step => step.Contains("INDEX work_next", StringComparison.Ordinal));
        }
    }
}

public sealed class WorkLeaseTestsOnPostgres() : WorkLeaseTests(StoreKind.Postgres);

public abstract class WorkLeaseTests(StoreKind kind) : WorkTest(kind)
{
    [Fact]
    public async Task A_lost_lease_is_picked_up_and_its_first_holder_can_change_nothing_any_more()
    {
        var id = await EnqueueAsync();
        var first = Hold("first");
        var held = Assert.Single(await first.ClaimAsync([Chore], 10, Cancellation));
        Clock.Advance(Lease);

        var second = Hold("second");
        var taken = Assert.Single(await second.ClaimAsync([Chore], 10, Cancellation));
        Assert.Empty(await first.RenewAsync([held], Cancellation));
        await first.FinishAsync([(held, WorkResult.Done("from the first"), null)], Cancellation);
        await first.FinishAsync([(held, WorkResult.WaitUntil(Clock.Now(), "from the first"), null)], Cancellation);
        await first.FinishAsync([(held, null, new InvalidOperationException("from the first"))], Cancellation);

        var item = await ItemAsync(id);
        Assert.Equal((WorkState.Running, "second", null), (item.State, item.LeaseOwner, item.Result));
        Assert.True(taken.Fence > held.Fence);
        await second.FinishAsync([(taken, WorkResult.Done("from the second"), null)], Cancellation);
        Assert.Equal("from the second", (await ItemAsync(id)).Result);
    }

    [Fact]
    public async Task A_lease_holds_until_its_end()
    {
        await EnqueueAsync();
        await Hold("first").ClaimAsync([Chore], 10, Cancellation);
        Clock.Advance(Lease - TimeSpan.FromMilliseconds(1));

        Assert.Empty(await Hold("second").ClaimAsync([Chore], 10, Cancellation));
    }

    [Fact]
    public async Task An_item_that_kills_every_node_ends_as_a_dead_letter()
    {
        var id = await EnqueueAsync();
        for (var death = 1; death <= NewWork.DefaultAttempts; death++)
        {
            Assert.Single(await Hold($"node {death}").ClaimAsync([Chore], 10, Cancellation));
            Clock.Advance(Lease);
        }

        var ran = false;
        await Runner(_ =>
        {
            ran = true;
            return WorkResult.Done();
        }).RunOnceAsync(Cancellation);

        Assert.False(ran);
        var item = await ItemAsync(id);
        Assert.Equal(WorkState.Dead, item.State);
        Assert.Contains("died", item.Result!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_heartbeat_keeps_a_long_item()
    {
        var id = await EnqueueAsync();
        var end = new TaskCompletionSource();
        var node = Runner(async (_, _) =>
        {
            await end.Task;
            return WorkResult.Done("at last");
        });
        await node.StartAsync(Cancellation);
        await Eventually.HoldsAsync(async () => (await ItemAsync(id)).State == WorkState.Running, "it runs", Cancellation);

        for (var i = 0; i < 9; i++)
        {
            Clock.Advance(Lease / 3);
            var renewed = Clock.Now() + (Lease * 2 / 3);
            await Eventually.HoldsAsync(async () => (await ItemAsync(id)).NextAt > renewed, "the lease is renewed", Cancellation);
            Assert.Empty(await Hold("thief").ClaimAsync([Chore], 10, Cancellation));
        }

        end.SetResult();
        await Eventually.HoldsAsync(async () => (await ItemAsync(id)).State == WorkState.Succeeded, "it ends", Cancellation);
        Assert.Equal((1, 1), ((await ItemAsync(id)).Attempt, (int)(await ItemAsync(id)).Fence));
    }

    [Fact]
    public async Task A_node_that_lost_a_lease_tells_its_handler_to_stop()
    {
        var id = await EnqueueAsync();
        var stopped = new TaskCompletionSource();
        var node = Runner(async (_, cancellation) =>
        {
            using var onStop = cancellation.Register(stopped.SetResult);
            await stopped.Task;
            cancellation.ThrowIfCancellationRequested();
            return WorkResult.Done();
        });
        await node.StartAsync(Cancellation);
        await Eventually.HoldsAsync(async () => (await ItemAsync(id)).State == WorkState.Running, "it runs", Cancellation);

        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE work SET fence = fence + 1, lease_owner = 'thief'"), Cancellation);
        await Eventually.HoldsAsync(() =>
        {
            Clock.Advance(Lease / 3);
            return stopped.Task.IsCompleted;
        }, "the handler is told", Cancellation);

        await node.StopAsync(Cancellation);
        Assert.Equal("thief", (await ItemAsync(id)).LeaseOwner);
    }

    [Fact]
    public async Task A_node_that_cannot_renew_a_lease_stops_its_handler_when_it_ends()
    {
        var id = await EnqueueAsync();
        var stopped = new TaskCompletionSource();
        var node = Runner(async (_, cancellation) =>
        {
            using var onStop = cancellation.Register(stopped.SetResult);
            await stopped.Task;
            cancellation.ThrowIfCancellationRequested();
            return WorkResult.Done();
        });
        await node.StartAsync(Cancellation);
        await Eventually.HoldsAsync(async () => (await ItemAsync(id)).State == WorkState.Running, "it runs", Cancellation);

        // Somebody else holds the row, so no renewal comes through and nothing is heard of it either.
        var other = await Store.OpenAsync();
        var (held, free) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = other.WriteAsync(async session =>
        {
            await session.ExecuteAsync("UPDATE work SET wakes = wakes");
            held.SetResult();
            await free.Task;
        }, Cancellation);
        await held.Task;
        try
        {
            Clock.Advance(Lease / 2);
            Assert.False(stopped.Task.IsCompleted);
            Clock.Advance(Lease / 2);
            await Eventually.HoldsAsync(() => stopped.Task.IsCompleted, "the handler is told", Cancellation);
        }
        finally
        {
            free.SetResult();
        }

        await holding;
        await node.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_node_that_stops_gives_its_items_back()
    {
        var id = await EnqueueAsync();
        var node = Runner(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, Clock, cancellation);
            return WorkResult.Done();
        });
        await node.StartAsync(Cancellation);
        await Eventually.HoldsAsync(async () => (await ItemAsync(id)).State == WorkState.Running, "it runs", Cancellation);

        await node.StopAsync(Cancellation);

        var item = await ItemAsync(id);
        Assert.Equal((WorkState.Pending, 0, null), (item.State, item.Attempt, item.LeaseOwner));
        Assert.Equal(1, await Runner(_ => WorkResult.Done()).RunOnceAsync(Cancellation));
    }

    [Fact]
    public async Task A_running_node_hears_of_work_without_waiting_for_its_next_look()
    {
        var node = Runner((_, _) => Task.FromResult(WorkResult.Done()));
        await node.StartAsync(Cancellation);

        // The clock stands still, so only the news can wake it.
        foreach (var occurrence in new[] { "1", "2", "3" })
        {
            var id = await EnqueueAsync(occurrence);
            await Eventually.HoldsAsync(async () => (await ItemAsync(id)).State == WorkState.Succeeded, "it is done", Cancellation);
        }
    }

    [Fact]
    public async Task Work_that_no_handler_of_this_node_knows_does_not_keep_it_awake()
    {
        await Ledger.EnqueueAsync(new NewWork("test.unknown", "1", "{}"), Cancellation);
        var mine = Clock.Now().AddMinutes(1);
        await EnqueueAsync("later", work => work with { DueAt = mine });

        Assert.Equal(mine, await Hold("node").NextAsync([Chore], Cancellation));
        Assert.Equal(0, await Runner(_ => WorkResult.Done()).RunOnceAsync(Cancellation));
    }

    [Fact]
    public async Task Renewing_and_finishing_many_items_do_not_block_each_other()
    {
        var other = await Store.OpenAsync();
        for (var round = 0; round < 5; round++)
        {
            await Ledger.EnqueueAsync([.. Enumerable.Range(0, 100).Select(i => new NewWork(Chore, $"{round}/{i}", "{}"))], Cancellation);
            var items = await Hold("node").ClaimAsync([Chore], 200, Cancellation);
            Assert.Equal(100, items.Count);

            await Task.WhenAll(
                Hold("node").RenewAsync([.. items], Cancellation),
                Hold("node", other).FinishAsync([.. items.Reverse().Select((item, i) =>
                    (item, i % 2 == 0 ? WorkResult.Done() : WorkResult.WaitUntil(Clock.Now().AddDays(1), "later"), (Exception?)null))], Cancellation));
        }

        var counts = await Ledger.CountAsync(Cancellation);
        Assert.Equal((250, 250), (counts[WorkState.Succeeded], counts[WorkState.Pending]));
    }
}
