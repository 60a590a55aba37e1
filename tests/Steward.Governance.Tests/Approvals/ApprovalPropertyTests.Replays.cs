using Steward.Governance.Calls;

namespace Steward.Governance.Tests.Approvals;

/// <summary>One yes is for one execution.</summary>
public abstract partial class ApprovalPropertyTests
{
    [Fact]
    public Task Another_actor_cannot_use_the_approval() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        var rows = await one.RefusalsAsync();

        Assert.IsType<GateAnswer.Denied>(await one.Node.Gate.AskAsync(request with { Actor = new Actor("agent:thief") }, Cancellation));
        Assert.True(await one.RefusalsAsync() > rows);
        await one.ExecuteAsync(await one.PermitAsync(request), request.Call);
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task Another_call_cannot_use_the_approval() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        var rows = await one.RefusalsAsync();

        Assert.IsType<GateAnswer.Denied>(await one.Other.Gate.AskAsync(request with { Call = request.Call with { Target = "deployment/other" } }, Cancellation));
        Assert.True(await one.RefusalsAsync() > rows);
    });

    [Fact]
    public Task The_same_call_for_another_occasion_needs_its_own_approval() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ExecuteAsync(await one.ApprovedAsync(request), request.Call);

        await one.WaitAsync(request with { Key = $"{request.Key}/again" });
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_used_permit_is_refused() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        await one.ExecuteAsync(permit, request.Call);

        for (var i = one.Random.Next(1, 4); i > 0; i--)
        {
            await one.MustBeRefusedAsync(permit, request.Call);
        }

        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task Of_several_permits_only_the_last_is_good() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var old = await one.ApprovedAsync(request);
        var last = await one.PermitAsync(request, one.Pick(one.Node, one.Other));

        await one.MustBeRefusedAsync(old, request.Call);
        await one.ExecuteAsync(last, request.Call);
        await one.MustBeRefusedAsync(old, request.Call);
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task Of_several_tasks_one_wins() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        var rows = await one.RefusalsAsync();

        var refused = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => one.IsRefusedAsync(permit, request.Call))));

        Assert.Equal(5, refused.Count(isRefused => isRefused));
        Assert.Equal(rows + 5, await one.RefusalsAsync());
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task Of_several_nodes_one_wins() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
        {
            if (await (i % 2 == 0 ? one.Node : one.Other).Gate.AskAsync(request, Cancellation) is GateAnswer.Permitted yes)
            {
                await one.IsRefusedAsync(yes.Permit, request.Call);
            }
        })));

        Assert.Equal(1, one.Executed);
        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
    });

    [Fact]
    public Task A_permit_ends_with_its_time() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        Clock.Advance(permit.ExpiresAt - Clock.GetUtcNow() + TimeSpan.FromMilliseconds(one.Random.Next(2000)));

        await one.MustBeRefusedAsync(permit, request.Call);
        await one.ExecuteAsync(await one.PermitAsync(request), request.Call);
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_permit_ends_with_the_approval_that_it_rests_on() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);
        Clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(one.Random.Next(1, 30)));
        await one.Node.Approvals.HandleAsync(id, true, Anna, null, Cancellation);
        var permit = await one.PermitAsync(request);
        Clock.Advance(TimeSpan.FromSeconds(30));

        await one.MustBeRefusedAsync(permit, request.Call);
        Assert.IsType<GateAnswer.Denied>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(0, one.Executed);
    });

    [Fact]
    public Task Several_nodes_that_ask_at_once_ask_one_question() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => (i % 2 == 0 ? one.Node : one.Other).Gate.AskAsync(request, Cancellation))));

        Assert.Single(answers.Cast<GateAnswer.Waiting>().Select(waiting => waiting.ApprovalId).Distinct());
    });
}
