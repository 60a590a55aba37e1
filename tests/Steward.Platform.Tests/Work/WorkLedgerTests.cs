using System.Collections.Concurrent;
using System.Data.Common;
using Steward.Kernel;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Platform.Tests.Work;

public sealed class WorkLedgerTestsOnSqlite() : WorkLedgerTests(StoreKind.Sqlite);

public sealed class WorkLedgerTestsOnPostgres() : WorkLedgerTests(StoreKind.Postgres);

public abstract class WorkLedgerTests(StoreKind kind) : WorkTest(kind)
{
    [Fact]
    public async Task An_occurrence_is_accepted_once()
    {
        var first = await Ledger.EnqueueAsync(new NewWork(Chore, "today", "1"), Cancellation);
        var second = await Ledger.EnqueueAsync(new NewWork(Chore, "today", "2"), Cancellation);
        var ofAnotherKind = await Ledger.EnqueueAsync(new NewWork("test.other", "today", "3"), Cancellation);

        Assert.NotNull(first);
        Assert.Null(second);
        Assert.NotNull(ofAnotherKind);
        Assert.Equal("1", (await ItemAsync(first.Value)).Payload);
    }

    [Fact]
    public async Task Of_many_that_bring_the_same_occurrence_at_once_one_brings_it()
    {
        var other = new WorkLedger(await Store.OpenAsync(), Clock);

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (i % 2 == 0 ? Ledger : other).EnqueueAsync(new NewWork(Chore, "today", "1"), Cancellation))));

        Assert.Single(ids, id => id is not null);
    }

    [Fact]
    public async Task What_only_has_to_be_remembered_never_runs_and_is_known_when_it_comes_again()
    {
        var id = await EnqueueAsync("seen", work => work with { Result = "noted" });

        Assert.Equal(0, await Runner(_ => throw new InvalidOperationException("It ran.")).RunOnceAsync(Cancellation));
        var item = await ItemAsync(id);
        Assert.Equal((WorkState.Succeeded, "noted", null, Clock.Now()), (item.State, item.Result, item.NextAt, item.FinishedAt));
        Assert.Null(await Ledger.EnqueueAsync(new NewWork(Chore, "seen", "{}"), Cancellation));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await Ledger.PurgeAsync(Clock.Now(), null, Cancellation));
    }

    [Fact]
    public async Task Of_many_that_bring_items_at_once_each_hears_of_its_own()
    {
        var ledger = Ledger;
        await ledger.EnqueueAsync(new NewWork(Chore, "known", "{}"), Cancellation);

        var brought = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            var occurrence = i % 3 == 0 ? "known" : $"{i}";
            return (occurrence, Id: await Task.Run(() => ledger.EnqueueAsync(new NewWork(Chore, occurrence, $"{i}"), Cancellation)));
        }));

        Assert.All(brought, one => Assert.Equal(one.occurrence == "known", one.Id is null));
        foreach (var (occurrence, id) in brought.Where(one => one.Id is not null))
        {
            Assert.Equal(occurrence, (await ItemAsync(id!.Value)).Occurrence);
        }
    }

    [Fact]
    public async Task One_that_cannot_be_stored_takes_no_other_with_it()
    {
        var ledger = Ledger;

        var brought = Enumerable.Range(0, 100).Select(i => ledger.EnqueueAsync(new NewWork(Chore, $"{i}", i == 50 ? null! : "{}"), Cancellation)).ToList();

        await Assert.ThrowsAnyAsync<DbException>(() => brought[50]);
        brought.RemoveAt(50);
        Assert.All(await Task.WhenAll(brought), id => Assert.NotNull(id));
        Assert.Equal(99, (await ledger.CountAsync(Cancellation))[WorkState.Pending]);
    }

    [Fact]
    public async Task Many_items_are_accepted_at_once_and_the_known_ones_are_not_counted()
    {
        await EnqueueAsync("7");

        var added = await Ledger.EnqueueAsync([.. Enumerable.Range(0, 100).Select(i => new NewWork(Chore, $"{i}", "1")), new NewWork(Chore, "1", "again")], Cancellation);

        Assert.Equal(99, added);
        Assert.Equal(100, (await Ledger.CountAsync(Cancellation))[WorkState.Pending]);
    }

    [Fact]
    public async Task An_item_of_a_rolled_back_transaction_does_not_exist()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync(async session =>
        {
            Assert.NotNull(await Ledger.EnqueueAsync(session, new NewWork(Chore, "1", "{}")));
            throw new InvalidOperationException();
        }, Cancellation));

        Assert.Empty(await Ledger.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Every_item_goes_to_one_node_only()
    {
        await Ledger.EnqueueAsync([.. Enumerable.Range(0, 200).Select(i => new NewWork(Chore, $"{i}", "{}"))], Cancellation);
        var done = new ConcurrentBag<Guid>();
        var other = await Store.OpenAsync();
        var nodes = Enumerable.Range(0, 4).Select(i => Runner((item, _) =>
        {
            done.Add(item.Id);
            return Task.FromResult(WorkResult.Done());
        }, i % 2 == 0 ? Database : other, new WorkOptions { Concurrency = 7 })).ToList();

        await Task.WhenAll(nodes.Select(node => Task.Run(async () =>
        {
            while (await node.RunOnceAsync(Cancellation) > 0)
            {
            }
        })));

        Assert.Equal(200, done.Count);
        Assert.Equal(200, done.Distinct().Count());
        Assert.Equal(200, (await Ledger.CountAsync(Cancellation))[WorkState.Succeeded]);
    }

    [Fact]
    public async Task An_item_waits_for_its_time()
    {
        var id = await EnqueueAsync(change: work => work with { DueAt = Clock.Now().AddMinutes(5) });
        var node = Runner(_ => WorkResult.Done("there you are"));

        Assert.Equal(0, await node.RunOnceAsync(Cancellation));
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await node.RunOnceAsync(Cancellation));

        var item = await ItemAsync(id);
        Assert.Equal((WorkState.Succeeded, "there you are", 1, null), (item.State, item.Result, item.Attempt, item.NextAt));
        Assert.Equal(Clock.Now(), item.FinishedAt);
    }

    [Fact]
    public async Task A_page_follows_the_other_without_gap_or_double()
    {
        for (var i = 0; i < 23; i++)
        {
            await EnqueueAsync($"{i}");
            Clock.Advance(TimeSpan.FromMilliseconds(i % 3));
        }

        await Ledger.EnqueueAsync(new NewWork("test.other", "x", "{}"), Cancellation);
        var seen = new List<WorkItem>();
        string? after = null;
        do
        {
            var page = await Ledger.ListAsync(WorkState.Pending, Chore, new PageRequest(5, after), Cancellation);
            Assert.True(page.Items.Count <= 5);
            seen.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(23, seen.DistinctBy(item => item.Id).Count());
        Assert.Equal(23, seen.Count);
        Assert.Equal(seen.OrderByDescending(item => item.CreatedAt).Select(item => item.CreatedAt), seen.Select(item => item.CreatedAt));
    }

    [Fact]
    public async Task A_dead_letter_can_be_driven_again()
    {
        var id = await DeadAsync();

        var again = await RedriveAsync(id);

        Assert.Equal((WorkState.Pending, 0), (again.Value!.State, again.Value.Attempt));
        Assert.Equal(1, await Runner(_ => WorkResult.Done()).RunOnceAsync(Cancellation));
        var item = await ItemAsync(id);
        Assert.Equal(WorkState.Succeeded, item.State);
        Assert.NotEmpty(item.Failures);
    }

    [Fact]
    public async Task A_dead_letter_can_be_dropped()
    {
        var id = await DeadAsync();

        Assert.Equal(WorkState.Cancelled, (await DropAsync(id)).Value!.State);

        Assert.Equal(0, await Runner(_ => WorkResult.Done()).RunOnceAsync(Cancellation));
        Assert.Equal("wrong-state", (await DropAsync(id)).Refusal?.Code);
        Assert.False((await RedriveAsync(id)).IsRefused);
    }

    [Fact]
    public async Task What_runs_or_is_done_is_neither_driven_nor_dropped()
    {
        var running = await EnqueueAsync("running");
        await Hold("a").ClaimAsync([Chore], 1, Cancellation);
        var done = await EnqueueAsync("done");
        await Runner(_ => WorkResult.Done()).RunOnceAsync(Cancellation);
        var pending = await EnqueueAsync("pending");

        foreach (var (id, state) in new[] { (running, "running"), (done, "succeeded") })
        {
            foreach (var refused in new[] { await RedriveAsync(id), await DropAsync(id) })
            {
                Assert.Equal(RefusalKind.Conflict, refused.Refusal?.Kind);
                Assert.Contains(state, refused.Refusal!.Message, StringComparison.Ordinal);
            }
        }

        Assert.True((await RedriveAsync(pending)).IsRefused);
        Assert.False((await DropAsync(pending)).IsRefused);
        Assert.Equal(RefusalKind.NotFound, (await DropAsync(Ids.New(Clock))).Refusal?.Kind);
    }

    [Fact]
    public async Task Old_items_are_forgotten_but_never_dead_letters()
    {
        var dead = await DeadAsync();
        var done = await EnqueueAsync("done");
        await Runner(_ => WorkResult.Done()).RunOnceAsync(Cancellation);
        Clock.Advance(TimeSpan.FromDays(31));
        var fresh = await EnqueueAsync("fresh");
        await Runner(_ => WorkResult.Done()).RunOnceAsync(Cancellation);

        var forgotten = await Ledger.PurgeAsync(Clock.GetUtcNow().AddDays(-new WorkOptions().KeepDays), null, Cancellation);

        Assert.Equal(1, forgotten);
        Assert.Null(await Ledger.FindAsync(done, Cancellation));
        Assert.NotNull(await Ledger.FindAsync(dead, Cancellation));
        Assert.NotNull(await Ledger.FindAsync(fresh, Cancellation));
    }

    [Fact]
    public async Task Many_old_items_of_one_kind_are_forgotten_and_others_stay()
    {
        await Ledger.EnqueueAsync([.. Enumerable.Range(0, 1300).Select(i => new NewWork(Chore, $"{i}", "{}"))], Cancellation);
        await Ledger.EnqueueAsync([.. Enumerable.Range(0, 600).Select(i => new NewWork("test.other", $"{i}", "{}"))], Cancellation);
        foreach (var kind in new[] { Chore, "test.other" })
        {
            var items = await Hold("a").ClaimAsync([kind], 2000, Cancellation);
            await Hold("a").FinishAsync([.. items.Select(item => (item, (WorkResult?)WorkResult.Done(), (Exception?)null))], Cancellation);
        }

        var dead = await DeadAsync();
        Clock.Advance(TimeSpan.FromDays(5));

        Assert.Equal(0, await Ledger.PurgeAsync(Clock.GetUtcNow().AddDays(-6), Chore, Cancellation));
        Assert.Equal(1300, await Ledger.PurgeAsync(Clock.GetUtcNow().AddDays(-4), Chore, Cancellation));
        Assert.Equal(600, (await Ledger.CountAsync(Cancellation))[WorkState.Succeeded]);
        Assert.NotNull(await Ledger.FindAsync(dead, Cancellation));
    }

    [Fact]
    public async Task What_happened_is_told_to_the_ledger_without_secrets_or_characters_that_no_store_holds()
    {
        var bad = await EnqueueAsync("bad", work => work with { MaxAttempts = 1 });
        var good = await EnqueueAsync("good");

        await Runner(item => item.Id == bad
            ? throw new InvalidOperationException("password=hunter2hunter2 \0 \ud800 end")
            : WorkResult.Done("half a pair \udc00 and token=abcdefgh")).RunOnceAsync(Cancellation);

        var (failed, done) = (await ItemAsync(bad), await ItemAsync(good));
        Assert.Equal(WorkState.Dead, failed.State);
        Assert.Equal(WorkState.Succeeded, done.State);
        Assert.DoesNotContain("hunter2", failed.Result + failed.Failures[0].Error, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefgh", done.Result!, StringComparison.Ordinal);
    }

    private async Task<Guid> DeadAsync()
    {
        var id = await EnqueueAsync("dead", work => work with { MaxAttempts = 1 });
        await Runner(_ => throw new InvalidOperationException("no")).RunOnceAsync(Cancellation);
        Assert.Equal(WorkState.Dead, (await ItemAsync(id)).State);
        return id;
    }

    private Task<Outcome<WorkItem>> RedriveAsync(Guid id) => Database.WriteAsync(session => Ledger.RedriveAsync(session, id), Cancellation);

    private Task<Outcome<WorkItem>> DropAsync(Guid id) => Database.WriteAsync(session => Ledger.DropAsync(session, id), Cancellation);
}
