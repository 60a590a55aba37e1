using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Platform.Http;
using Steward.Platform.Work;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Connectors.Tests.Railway;

public sealed class RailwayFaultTests : ConnectorTest
{
    public static TheoryData<string> Passing => ["429", "500", "502", "503", "before", "after", "truncated", "not-json", "errors", "slow"];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task A_read_survives_what_passes(string fault)
    {
        World.Railway.AddService("web", "a1");
        World.Faults.Add(Named(fault), Systems.Railway, times: 1);

        var services = await Railway.ListServicesAsync(Ending);

        Assert.Equal("web", Assert.Single(services).Name);
        Assert.Equal(fault == "slow" ? 1 : 2, World.Calls.Of(Systems.Railway));
    }

    [Fact]
    public async Task A_read_gives_up_after_three_attempts()
    {
        World.Faults.Add(Fault.ServerError(502), Systems.Railway);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.ListServicesAsync(Ending));

        Assert.Equal((true, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Equal(3, World.Calls.Of(Systems.Railway));
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_asked_for_again()
    {
        World.Faults.Add(Fault.Huge, Systems.Railway);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.ListServicesAsync(Ending));

        Assert.False(error.IsTransient);
        Assert.Contains("too large", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, World.Calls.Of(Systems.Railway));
    }

    [Fact]
    public async Task Retries_end_with_the_hours_budget()
    {
        var budget = Get<RetryBudget>();
        for (var i = 0; i < RetryBudget.PerHour - 1; i++)
        {
            Assert.True(await budget.TrySpendAsync(RailwayClient.Vendor, Ending));
        }

        World.Faults.Add(Fault.ServerError(), Systems.Railway);
        await Assert.ThrowsAsync<ConnectorException>(() => Railway.ListServicesAsync(Ending));

        Assert.Equal(2, World.Calls.Of(Systems.Railway));
        Assert.Contains(Log.Warnings, line => line.Contains("are spent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_change_stays_cancelled_and_its_outcome_unknown()
    {
        var web = new RailwayServiceRef(World.Railway.AddService("web", "a1"), "web");
        var good = World.Railway.Active("web")!.Id;
        World.Railway.Deploy("web", "b2");
        var call = Get<RailwayCalls>().Rollback(web, good);
        var gate = World.Faults.HoldBeforeEffect(Systems.Railway, "DeploymentRollback");
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        var rollback = Railway.RollbackAsync(await PermitAsync(call), web, good, impatience.Token);
        await gate.Reached.WaitAsync(Ending);

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rollback);
        Assert.IsType<GateAnswer.OutcomeUnknown>(await AskAsync(call));
        Assert.Equal(1, World.Calls.Of(Systems.Railway));
    }

    [Fact]
    public async Task No_more_than_five_calls_run_at_once()
    {
        var gates = Enumerable.Range(0, 5).Select(_ => World.Faults.HoldBeforeEffect(Systems.Railway, "EnvironmentServices")).ToList();
        var calls = Enumerable.Range(0, 6).Select(_ => Railway.ListServicesAsync(Ending)).ToList();
        await Task.WhenAll(gates.Select(gate => gate.Reached)).WaitAsync(Ending);

        Assert.Equal(5, World.Calls.Of(Systems.Railway));
        gates.ForEach(gate => gate.Release());
        await Task.WhenAll(calls);
        Assert.Equal(6, World.Calls.Of(Systems.Railway));
    }

    private static Fault Named(string name) => name switch
    {
        "429" => Fault.RateLimit(TimeSpan.FromSeconds(1)),
        "before" => Fault.DropBeforeEffect,
        "after" => Fault.DropAfterEffect,
        "truncated" => Fault.Truncated,
        "not-json" => Fault.NotJson,
        "errors" => Fault.ErrorsWith200,
        "slow" => Fault.Slow(TimeSpan.FromMilliseconds(50)),
        _ => Fault.ServerError(int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)),
    };
}
