using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Platform.Http;

namespace Steward.Governance.Tests.Approvals;

/// <summary>What comes between the yes and the action: stops, other policies, crashes, lost answers.</summary>
public abstract partial class ApprovalPropertyTests
{
    [Fact]
    public Task Another_policy_voids_a_yes() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        await ChangePolicyAsync();

        await one.WaitAsync(request, one.Pick(one.Node, one.Other));
        Assert.True(await one.RefusalsAsync() > 0);
        Assert.Equal(0, one.Executed);
    });

    [Fact]
    public Task Another_policy_voids_a_permit() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        await ChangePolicyAsync();

        await one.MustBeRefusedAsync(permit, request.Call);
        await one.WaitAsync(request);
        Assert.Equal(0, one.Executed);
    });

    [Fact]
    public Task A_stop_holds_back_what_was_approved() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        var (scope, subject) = StopFor(one, request);
        await one.Other.Switches.RaiseAsync(scope, subject, "wait", Anna, Cancellation);

        Assert.IsType<GateAnswer.Held>(await one.Node.Gate.AskAsync(request, Cancellation));
        await one.Node.Switches.LiftAsync(scope, subject, null, Anna, Cancellation);
        await one.ExecuteAsync(await one.PermitAsync(request), request.Call);
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_stop_voids_a_permit_that_is_out() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        var (scope, subject) = StopFor(one, request);
        await one.Other.Switches.RaiseAsync(scope, subject, "wait", Anna, Cancellation);

        await one.MustBeRefusedAsync(permit, request.Call);
        await one.Other.Switches.LiftAsync(scope, subject, null, Anna, Cancellation);
        await one.MustBeRefusedAsync(permit, request.Call);
        await one.ExecuteAsync(await one.PermitAsync(request), request.Call);
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_crash_between_yes_and_action_runs_it_once() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        var lost = one.Random.Next(2) == 0 ? await one.PermitAsync(request) : null;

        // The other node stands for the same one after its crash.
        await one.ExecuteAsync(await one.PermitAsync(request, one.Other), request.Call);
        if (lost is not null)
        {
            await one.MustBeRefusedAsync(lost, request.Call);
        }

        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_lost_answer_of_something_that_happened_is_not_repeated() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await Assert.ThrowsAsync<IOException>(async () => await one.ExecuteAndLoseTheAnswerAsync(await one.ApprovedAsync(request), request.Call));

        var unknown = Assert.IsType<GateAnswer.OutcomeUnknown>(await one.Other.Gate.AskAsync(request, Cancellation));
        await one.Other.Gate.ResolveAsync(unknown.CallId, happened: true, "the provider shows it", Cancellation);
        await one.Other.Gate.ResolveAsync(unknown.CallId, happened: false, "a second look", Cancellation);

        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_lost_answer_of_something_that_did_not_happen_is_repeated_once() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        await Assert.ThrowsAsync<TimeoutException>(() => one.ExecuteAsync(permit, request.Call, new TimeoutException()));

        var unknown = Assert.IsType<GateAnswer.OutcomeUnknown>(await one.Other.Gate.AskAsync(request, Cancellation));
        await one.Other.Gate.ResolveAsync(unknown.CallId, happened: false, "the provider does not know it", Cancellation);
        await one.MustBeRefusedAsync(permit, request.Call);
        var second = await one.PermitAsync(request, one.Other);
        await one.ExecuteAsync(second, request.Call);
        await one.MustBeRefusedAsync(second, request.Call);

        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task What_is_known_not_to_have_happened_may_be_tried_again() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var refused = new ConnectorException("railway", "Redeploy", "no") { Effect = CallEffect.None };
        var permit = await one.ApprovedAsync(request);
        await Assert.ThrowsAsync<ConnectorException>(() => one.ExecuteAsync(permit, request.Call, refused));

        await one.MustBeRefusedAsync(permit, request.Call);
        await one.ExecuteAsync(await one.PermitAsync(request), request.Call);
        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(1, one.Executed);
    });

    private static (StopScope Scope, string Subject) StopFor(ApprovalCase one, CallRequest request) => request.Call.Service is { } service
        ? one.Pick((StopScope.Global, ""), (StopScope.Actor, request.Actor.Name), (StopScope.Service, service))
        : one.Pick((StopScope.Global, ""), (StopScope.Actor, request.Actor.Name));
}
