using Steward.Governance.Approvals;
using Steward.Governance.Calls;

namespace Steward.Governance.Tests.Approvals;

/// <summary>Who decides, and until when.</summary>
public abstract partial class ApprovalPropertyTests
{
    [Fact]
    public Task Silence_means_no() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);
        Clock.Advance(TimeSpan.FromMinutes(60) + TimeSpan.FromSeconds(one.Random.Next(3)));
        if (one.Random.Next(2) == 0)
        {
            await one.Node.Runner.RunOnceAsync(Cancellation);
        }

        var late = await one.Node.Approvals.HandleAsync(id, true, Anna, null, Cancellation);

        Assert.True(late.IsRefused);
        Assert.True(await one.RefusalsAsync() > 0);
        Assert.IsType<GateAnswer.Denied>(await one.Node.Gate.AskAsync(request, Cancellation));
    });

    [Fact]
    public Task A_yes_that_is_not_used_in_time_is_void() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        Clock.Advance(TimeSpan.FromMinutes(61));
        if (one.Random.Next(2) == 0)
        {
            await one.Node.Runner.RunOnceAsync(Cancellation);
        }

        Assert.IsType<GateAnswer.Denied>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.True(await one.RefusalsAsync() > 0);
    });

    [Fact]
    public Task A_decision_stands() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);
        var first = one.Random.Next(2) == 0;
        await one.Node.Approvals.HandleAsync(id, first, Anna, null, Cancellation);
        var rows = await one.RefusalsAsync();

        var second = await one.Other.Approvals.HandleAsync(id, !first, Actor.Person("carl"), null, Cancellation);

        Assert.Equal("already-decided", second.Refusal?.Code);
        Assert.True(await one.RefusalsAsync() > rows);
        var answer = await one.Node.Gate.AskAsync(request, Cancellation);
        Assert.Equal(first, answer is GateAnswer.Permitted);
        Assert.Equal(!first, answer is GateAnswer.Denied);
    });

    [Fact]
    public Task Of_several_people_one_decides() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);

        var decisions = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() =>
            (i % 2 == 0 ? one.Node : one.Other).Approvals.HandleAsync(id, i % 3 == 0, Actor.Person($"p{i}"), null, Cancellation))));

        var won = Assert.Single(decisions, decision => !decision.IsRefused).Value!;
        var answer = await one.Node.Gate.AskAsync(request, Cancellation);
        Assert.Equal(won.State == ApprovalState.Approved, answer is GateAnswer.Permitted);
    });

    [Fact]
    public Task Nobody_approves_his_own_call() => ForManyAsync(async one =>
    {
        var request = one.NewRequest() with { Actor = Actor.Person("bob") };
        var id = await one.WaitAsync(request);

        var decided = await one.Node.Approvals.HandleAsync(id, true, Actor.Person(one.Pick("bob", "Bob")), null, Cancellation);

        Assert.Equal("not-your-decision", decided.Refusal?.Code);
        Assert.Equal(1, await one.RefusalsAsync());
        await one.WaitAsync(request);
    });

    [Fact]
    public Task Only_people_approve() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);

        var decided = await one.Node.Approvals.HandleAsync(id, true, new Actor(one.Pick("operations", "agent:anna", "", "persona:x", "Person:anna")), null, Cancellation);

        Assert.Equal("not-your-decision", decided.Refusal?.Code);
        Assert.Equal(1, await one.RefusalsAsync());
        await one.WaitAsync(request);
    });

    [Fact]
    public Task A_no_stands() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);
        await one.Node.Approvals.HandleAsync(id, false, Anna, "not today", Cancellation);
        Clock.Advance(TimeSpan.FromMinutes(one.Random.Next(120)));

        var denied = Assert.IsType<GateAnswer.Denied>(await one.Other.Gate.AskAsync(request, Cancellation));
        Assert.Contains("not today", denied.Reason, StringComparison.Ordinal);
    });
}
