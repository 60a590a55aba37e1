using Steward.Connectors.Railway;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Connectors.Tests.Railway;

public sealed class RailwayRollbackTests : ConnectorTest
{
    private RailwayServiceRef web = null!;
    private string good = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        web = new RailwayServiceRef(World.Railway.AddService("web", "a1"), "web");
        good = World.Railway.Active("web")!.Id;
        World.Railway.Deploy("web", "b2");
    }

    [Fact]
    public async Task A_rollback_goes_through_the_gate_and_happens_once()
    {
        var call = Get<RailwayCalls>().Rollback(web, good);

        await Railway.RollbackAsync(await PermitAsync(call), web, good, Ending);

        var mutation = Assert.Single(World.Mutations);
        Assert.Equal(("DeploymentRollback", good), (mutation.Operation, mutation.Target));
        Assert.Equal("a1", World.Railway.Active("web")!.Commit);
        Assert.IsType<GateAnswer.Done>(await AskAsync(call));
        var rows = (await Get<AuditLog>().ListAsync(new AuditFilter(), new PageRequest(), Ending)).Items;
        Assert.Equal([AuditKinds.CallSucceeded, AuditKinds.CallStarted, AuditKinds.CallPermitted], rows.Take(3).Select(row => row.Entry.Kind));
        Assert.All(rows.Take(3), row => Assert.Equal(("web", $"deployment/{good}"), (row.Entry.Service, row.Entry.Target)));
    }

    [Fact]
    public async Task A_permit_for_one_deployment_does_not_roll_back_to_another()
    {
        var other = World.Railway.Deployments("web")[0].Id;
        var permit = await PermitAsync(Get<RailwayCalls>().Rollback(web, good));

        await Assert.ThrowsAsync<PermitRefusedException>(() => Railway.RollbackAsync(permit, web, other, Ending));

        Assert.Empty(World.Mutations);
        Assert.Equal(0, World.Calls.Of(Systems.Railway));
    }

    [Fact]
    public async Task A_permit_serves_once()
    {
        var permit = await PermitAsync(Get<RailwayCalls>().Rollback(web, good));
        await Railway.RollbackAsync(permit, web, good, Ending);

        await Assert.ThrowsAsync<PermitRefusedException>(() => Railway.RollbackAsync(permit, web, good, Ending));

        Assert.Single(World.Mutations);
    }

    [Fact]
    public async Task What_is_known_not_to_have_happened_is_repeated()
    {
        World.Faults.Add(Fault.RateLimit(TimeSpan.FromSeconds(1)), Systems.Railway, "DeploymentRollback", times: 1);

        await Railway.RollbackAsync(await PermitAsync(Get<RailwayCalls>().Rollback(web, good)), web, good, Ending);

        Assert.Single(World.Mutations);
        Assert.Equal(2, World.Calls.Of(Systems.Railway, "DeploymentRollback"));
    }

    [Fact]
    public async Task A_long_wait_that_is_asked_for_is_handed_to_the_caller_at_once()
    {
        World.Faults.Add(Fault.RateLimit(TimeSpan.FromSeconds(30)), Systems.Railway, "DeploymentRollback", times: 1);
        var call = Get<RailwayCalls>().Rollback(web, good);
        var permit = await PermitAsync(call);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.RollbackAsync(permit, web, good, Ending));

        Assert.Equal((true, CallEffect.None, TimeSpan.FromSeconds(30)), (error.IsTransient, error.Effect, error.RetryAfter));
        Assert.Equal(1, World.Calls.Of(Systems.Railway, "DeploymentRollback"));
        // It is known not to have happened, so it may be asked for again under the same key.
        await Railway.RollbackAsync(await PermitAsync(call), web, good, Ending);
        Assert.Single(World.Mutations);
    }

    public static TheoryData<string, int> Ambiguous => new()
    {
        { nameof(Fault.DropAfterEffect), 1 }, { nameof(Fault.DropBeforeEffect), 0 }, { nameof(Fault.Truncated), 1 }, { nameof(Fault.NotJson), 0 },
        { nameof(Fault.ErrorsWith200), 0 }, { nameof(Fault.Huge), 1 }, { "500", 0 }, { "502", 0 }, { "503", 0 },
    };

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task What_may_have_happened_is_never_repeated_and_the_gate_remembers_it(string fault, int happened)
    {
        // On a connection that was used before: the HTTP stack itself would repeat there if we let it.
        await Railway.ListServicesAsync(Ending);
        World.Faults.Add(Named(fault), Systems.Railway, "DeploymentRollback", times: 1);
        var call = Get<RailwayCalls>().Rollback(web, good);
        var permit = await PermitAsync(call);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.RollbackAsync(permit, web, good, Ending));

        Assert.Equal((true, CallEffect.Unknown), (error.IsTransient, error.Effect));
        Assert.Equal(happened, World.Mutations.Count);
        Assert.Equal(1, World.Calls.Of(Systems.Railway, "DeploymentRollback"));
        var unknown = Assert.IsType<GateAnswer.OutcomeUnknown>(await AskAsync(call));

        // What recovery does: look, tell the gate, and only then perhaps do it.
        var rolledBack = (await Railway.ListDeploymentsAsync(web.Id, 5, Ending))[0] is { Reason: "rollback", Version: "a1" };
        Assert.Equal(happened == 1, rolledBack);
        await Gate.ResolveAsync(unknown.CallId, rolledBack, "Looked at the deployments.", Ending);
        Assert.Equal(rolledBack, await AskAsync(call) is GateAnswer.Done);
    }

    [Fact]
    public async Task A_refusal_is_final_and_has_no_effect()
    {
        var call = Get<RailwayCalls>().Rollback(web, "no-such-deployment");
        var permit = await PermitAsync(call);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.RollbackAsync(permit, web, "no-such-deployment", Ending));

        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Contains("Deployment not found", error.Message, StringComparison.Ordinal);
        Assert.Empty(World.Mutations);
    }

    private static Fault Named(string name) => name switch
    {
        nameof(Fault.DropAfterEffect) => Fault.DropAfterEffect,
        nameof(Fault.DropBeforeEffect) => Fault.DropBeforeEffect,
        nameof(Fault.Truncated) => Fault.Truncated,
        nameof(Fault.NotJson) => Fault.NotJson,
        nameof(Fault.ErrorsWith200) => Fault.ErrorsWith200,
        nameof(Fault.Huge) => Fault.Huge,
        _ => Fault.ServerError(int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)),
    };
}
