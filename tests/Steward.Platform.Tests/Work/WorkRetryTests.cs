using System.Net;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Platform.Tests.Work;

public sealed class WorkRetryTestsOnSqlite() : WorkRetryTests(StoreKind.Sqlite);

public sealed class WorkRetryTestsOnPostgres() : WorkRetryTests(StoreKind.Postgres);

public abstract class WorkRetryTests(StoreKind kind) : WorkTest(kind)
{
    [Fact]
    public async Task A_failure_is_tried_again_after_2_4_and_8_seconds_and_is_then_dead()
    {
        var id = await EnqueueAsync();
        var node = Runner(item => throw new InvalidOperationException($"no {item.Attempt}"));

        foreach (var pause in new[] { 2, 4, 8 })
        {
            Assert.Equal(1, await node.RunOnceAsync(Cancellation));
            var waiting = await ItemAsync(id);
            Assert.Equal(WorkState.Pending, waiting.State);
            Assert.InRange(waiting.NextAt!.Value - Clock.Now(), TimeSpan.FromSeconds(pause), TimeSpan.FromSeconds(pause * 1.2));
            Clock.Advance(TimeSpan.FromSeconds(pause * 1.2));
        }

        Assert.Equal(1, await node.RunOnceAsync(Cancellation));
        var dead = await ItemAsync(id);
        Assert.Equal((WorkState.Dead, 4, "no 4"), (dead.State, dead.Attempt, dead.Result));
        Assert.Equal(["no 1", "no 2", "no 3", "no 4"], dead.Failures.Select(failure => failure.Error));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await node.RunOnceAsync(Cancellation));
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(1, 2)]
    [InlineData(7200, 3600)]
    public async Task The_pause_that_a_provider_asks_for_is_honoured_up_to_an_hour(int asked, int expected)
    {
        var id = await EnqueueAsync();
        await Runner(_ => throw Overloaded(TimeSpan.FromSeconds(asked))).RunOnceAsync(Cancellation);

        var pause = (await ItemAsync(id)).NextAt!.Value - Clock.Now();

        Assert.InRange(pause, TimeSpan.FromSeconds(expected), TimeSpan.FromSeconds(expected * 1.2));
    }

    [Fact]
    public async Task A_wake_does_not_shorten_the_pause_that_a_provider_asked_for()
    {
        var id = await EnqueueAsync();
        await Runner(async (_, _) =>
        {
            await WakeAsync(id);
            throw Overloaded(TimeSpan.FromMinutes(1));
        }).RunOnceAsync(Cancellation);

        Assert.True((await ItemAsync(id)).NextAt >= Clock.Now().AddMinutes(1));
    }

    [Fact]
    public async Task What_no_repeat_would_change_is_dead_at_once()
    {
        var id = await EnqueueAsync();
        await Runner(_ => throw new ConnectorException("railway", "Rollback", "no such deployment") { Status = HttpStatusCode.NotFound }).RunOnceAsync(Cancellation);

        var dead = await ItemAsync(id);
        Assert.Equal((WorkState.Dead, 1), (dead.State, dead.Attempt));
    }

    [Fact]
    public async Task A_refusal_ends_the_item_without_a_dead_letter()
    {
        var id = await EnqueueAsync();
        await Runner(_ => WorkResult.Refused("the policy says no")).RunOnceAsync(Cancellation);

        var failed = await ItemAsync(id);
        Assert.Equal((WorkState.Failed, "the policy says no"), (failed.State, failed.Result));
    }

    [Fact]
    public async Task A_provider_costs_at_most_a_hundred_retries_an_hour_over_all_nodes()
    {
        await Ledger.EnqueueAsync([.. Enumerable.Range(0, 130).Select(i => new NewWork(Chore, $"{i}", "{}") { MaxAttempts = 100 })], Cancellation);
        var other = await Store.OpenAsync();
        var nodes = Enumerable.Range(0, 4).Select(i => Runner((_, _) => throw Overloaded(null), i % 2 == 0 ? Database : other, new WorkOptions { Concurrency = 35 }));

        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.RunOnceAsync(Cancellation))));

        var counts = await Ledger.CountAsync(Cancellation);
        Assert.Equal((100, 30), (counts[WorkState.Pending], counts[WorkState.Dead]));
        var dead = (await Ledger.ListAsync(WorkState.Dead, null, new PageRequest(1), Cancellation)).Items[0];
        Assert.Contains("retry budget of railway", dead.Result!, StringComparison.Ordinal);

        var budget = new RetryBudget(Database, Clock);
        Assert.False(await budget.TrySpendAsync("railway", Cancellation));
        Assert.True(await budget.TrySpendAsync("github", Cancellation));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await budget.TrySpendAsync("railway", Cancellation));
    }

    [Fact]
    public async Task Waiting_costs_no_attempt()
    {
        var id = await EnqueueAsync();
        var node = Runner(_ => WorkResult.WaitUntil(Clock.Now().AddSeconds(10), "not yet"));

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(1, await node.RunOnceAsync(Cancellation));
            Assert.Equal(0, await node.RunOnceAsync(Cancellation));
            Clock.Advance(TimeSpan.FromSeconds(10));
        }

        var item = await ItemAsync(id);
        Assert.Equal((WorkState.Pending, 0, "not yet"), (item.State, item.Attempt, item.Result));
    }

    [Fact]
    public async Task A_wake_makes_a_waiting_item_due()
    {
        var id = await EnqueueAsync();
        var node = Runner(_ => WorkResult.WaitUntil(Clock.Now().AddHours(1), "not yet"));
        await node.RunOnceAsync(Cancellation);

        await WakeAsync(id);

        Assert.Equal(1, await node.RunOnceAsync(Cancellation));
    }

    [Fact]
    public async Task A_wake_during_a_run_is_not_lost()
    {
        var id = await EnqueueAsync();
        var runs = 0;
        var node = Runner(async (_, _) =>
        {
            if (runs++ == 0)
            {
                await WakeAsync(id);
            }

            return WorkResult.WaitUntil(Clock.Now().AddHours(1), "not yet");
        });

        Assert.Equal(1, await node.RunOnceAsync(Cancellation));
        Assert.Equal(1, await node.RunOnceAsync(Cancellation));
        Assert.Equal(0, await node.RunOnceAsync(Cancellation));
    }

    [Fact]
    public async Task A_wake_does_not_bring_back_what_is_finished()
    {
        var id = await EnqueueAsync();
        var node = Runner(_ => WorkResult.Done());
        await node.RunOnceAsync(Cancellation);

        await WakeAsync(id);

        Assert.Equal(0, await node.RunOnceAsync(Cancellation));
        Assert.Equal(WorkState.Succeeded, (await ItemAsync(id)).State);
    }

    private Task WakeAsync(Guid id) => Database.WriteAsync(session => WorkLedger.WakeAsync(session, id, Clock.Now()), Cancellation);

    private static ConnectorException Overloaded(TimeSpan? retryAfter) =>
        new("railway", "Rollback", "too many requests") { Status = HttpStatusCode.TooManyRequests, IsTransient = true, RetryAfter = retryAfter };
}
