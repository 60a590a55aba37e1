using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Testing;

namespace Steward.Connectors.Tests.Railway;

public sealed class RailwayTimeTests : ConnectorTest
{
    private readonly FakeClock clock = new();
    private static readonly Fault Failing = Fault.RateLimit(TimeSpan.FromSeconds(30));

    protected override TimeProvider Clock => clock;

    [Fact]
    public async Task A_change_without_an_answer_in_time_is_unknown_and_not_repeated()
    {
        var web = new RailwayServiceRef(World.Railway.AddService("web", "a1"), "web");
        var good = World.Railway.Active("web")!.Id;
        World.Faults.Add(Fault.Timeout, Systems.Railway, times: 1);
        var rollback = Railway.RollbackAsync(await PermitAsync(Get<RailwayCalls>().Rollback(web, good)), web, good, Ending);
        await Eventually.HoldsAsync(() => World.Calls.Of(Systems.Railway) == 1, "the request arrived", Ending);
        Assert.False(rollback.IsCompleted);

        clock.Advance(AttemptTimeout);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => rollback);
        Assert.Equal((true, CallEffect.Unknown), (error.IsTransient, error.Effect));
        Assert.IsType<GateAnswer.OutcomeUnknown>(await AskAsync(Get<RailwayCalls>().Rollback(web, good)));
        Assert.Equal(1, World.Calls.Of(Systems.Railway));
    }

    [Fact]
    public async Task A_read_without_an_answer_in_time_is_tried_again()
    {
        World.Railway.AddService("web", "a1");
        World.Faults.Add(Fault.Timeout, Systems.Railway, times: 1);
        var reading = Railway.ListServicesAsync(Ending);
        await Eventually.HoldsAsync(() => World.Calls.Of(Systems.Railway) == 1, "the request arrived", Ending);

        clock.Advance(AttemptTimeout);
        await Eventually.HoldsAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            return World.Calls.Of(Systems.Railway) == 2;
        }, "it was tried again", Ending);

        Assert.Single(await reading);
    }

    [Fact]
    public async Task Five_failures_in_a_row_keep_the_provider_from_being_asked_for_a_minute()
    {
        await FailAsync(5);
        Assert.Equal(BreakerState.Open, RailwayPipeline.Breaker);
        World.Faults.Clear();
        clock.Advance(TimeSpan.FromSeconds(59));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.ListServicesAsync(Ending));

        Assert.Equal((true, CallEffect.None, TimeSpan.FromSeconds(1)), (error.IsTransient, error.Effect, error.RetryAfter));
        Assert.Equal(5, World.Calls.Of(Systems.Railway));
    }

    [Fact]
    public async Task A_change_that_is_kept_back_is_known_not_to_have_happened()
    {
        var web = new RailwayServiceRef(World.Railway.AddService("web", "a1"), "web");
        var call = Get<RailwayCalls>().Rollback(web, "d1");
        var permit = await PermitAsync(call);
        await FailAsync(5);

        await Assert.ThrowsAsync<ConnectorException>(() => Railway.RollbackAsync(permit, web, "d1", Ending));

        Assert.IsType<GateAnswer.Permitted>(await AskAsync(call));
    }

    [Fact]
    public async Task After_the_minute_one_call_at_a_time_tries_and_two_answers_end_the_caution()
    {
        await FailAsync(5);
        World.Faults.Clear();
        clock.Advance(TimeSpan.FromSeconds(60));
        var gate = World.Faults.HoldBeforeEffect(Systems.Railway, "EnvironmentServices");
        var trial = Railway.ListServicesAsync(Ending);
        await gate.Reached.WaitAsync(Ending);
        Assert.Equal(BreakerState.HalfOpen, RailwayPipeline.Breaker);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.ListServicesAsync(Ending));
        Assert.Contains("another call", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, World.Calls.Of(Systems.Railway));

        gate.Release();
        await trial;
        Assert.Equal(BreakerState.HalfOpen, RailwayPipeline.Breaker);
        await Railway.ListServicesAsync(Ending);
        Assert.Equal(BreakerState.Closed, RailwayPipeline.Breaker);
    }

    [Fact]
    public async Task A_failed_trial_begins_another_minute()
    {
        await FailAsync(5);
        clock.Advance(TimeSpan.FromSeconds(60));
        await FailAsync(1);
        World.Faults.Clear();
        clock.Advance(TimeSpan.FromSeconds(59));

        await Assert.ThrowsAsync<ConnectorException>(() => Railway.ListServicesAsync(Ending));

        Assert.Equal((BreakerState.Open, 6), (RailwayPipeline.Breaker, World.Calls.Of(Systems.Railway)));
        clock.Advance(TimeSpan.FromSeconds(1));
        await Railway.ListServicesAsync(Ending);
    }

    [Fact]
    public async Task A_cancelled_trial_makes_room_for_the_next()
    {
        await FailAsync(5);
        World.Faults.Clear();
        clock.Advance(TimeSpan.FromSeconds(60));
        var gate = World.Faults.HoldBeforeEffect(Systems.Railway, "EnvironmentServices");
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        var trial = Railway.ListServicesAsync(impatience.Token);
        await gate.Reached.WaitAsync(Ending);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trial);

        await Railway.ListServicesAsync(Ending);

        Assert.Equal(BreakerState.HalfOpen, RailwayPipeline.Breaker);
    }

    [Fact]
    public async Task Refusals_do_not_count_and_an_answer_between_failures_begins_anew()
    {
        for (var i = 0; i < 8; i++)
        {
            await Assert.ThrowsAsync<ConnectorException>(() => Railway.GetDeploymentAsync("none", Ending));
        }

        await FailAsync(4);
        World.Faults.Clear();
        await Assert.ThrowsAsync<ConnectorException>(() => Railway.GetDeploymentAsync("none", Ending));
        await FailAsync(4);

        Assert.Equal(BreakerState.Closed, RailwayPipeline.Breaker);
    }

    // Asks to wait longer than a retry within the call would, so that each call is one failure.
    private async Task FailAsync(int times)
    {
        World.Faults.Add(Failing, Systems.Railway);
        for (var i = 0; i < times; i++)
        {
            await Assert.ThrowsAsync<ConnectorException>(() => Railway.ListServicesAsync(Ending));
        }
    }
}
