using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Railway;

namespace Steward.Connectors.Tests.Railway;

public sealed class RailwayDeployTests : TwoEnvironments
{
    private RailwayServiceRef Web => new(WebId, "web");

    [Fact]
    public async Task A_commit_is_deployed_in_its_environment_and_the_new_deployments_id_comes_back()
    {
        var call = Staging.Calls.Deploy(Web, "s2");
        Assert.Equal(("railway.deployment.create", $"service/{WebId}", "web@staging", "s2", StagingId),
            (call.Action, call.Target, call.Service, call.Arguments["commitSha"]!.GetValue<string>(), call.Arguments["environmentId"]!.GetValue<string>()));

        var id = await Staging.DeployAsync(await ApprovedAsync(call), Web, "s2", Ending);

        Assert.Equal((id, "s2"), (StagingWorld.Active("web")!.Id, StagingWorld.Active("web")!.Commit));
        var mutation = Assert.Single(World.Mutations);
        Assert.Equal(("ServiceInstanceDeployV2", "web@staging", id), (mutation.Operation, mutation.Target, mutation.Detail));
        Assert.Equal("a1", World.Railway.Active("web")!.Commit);
    }

    [Fact]
    public async Task Without_a_commit_the_newest_that_was_pushed_is_deployed()
    {
        World.Railway.Pushed("c3");

        await Railway.DeployAsync(await ApprovedAsync(Railway.Calls.Deploy(Web, null)), Web, null, Ending);

        Assert.Equal("c3", World.Railway.Active("web")!.Commit);
    }

    [Fact]
    public async Task A_permit_for_one_commit_deploys_no_other()
    {
        var permit = await ApprovedAsync(Railway.Calls.Deploy(Web, "b2"));

        await Assert.ThrowsAsync<PermitRefusedException>(() => Railway.DeployAsync(permit, Web, "c3", Ending));
        await Assert.ThrowsAsync<PermitRefusedException>(() => Railway.DeployAsync(permit, Web, null, Ending));

        Assert.Equal(0, World.Calls.Of(Systems.Railway));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_lost_answer_the_list_of_deployments_says_what_happened(bool happened)
    {
        var before = (await Railway.ListDeploymentsAsync(WebId, 10, Ending))[0].Id;
        World.Railway.SetFate("b2", DeploymentFate.FailsInBuild);
        World.Faults.Add(happened ? Fault.DropAfterEffect : Fault.DropBeforeEffect, Systems.Railway, "ServiceInstanceDeployV2", times: 1);
        var call = Railway.Calls.Deploy(Web, "b2");
        var permit = await ApprovedAsync(call);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.DeployAsync(permit, Web, "b2", Ending));

        Assert.Equal(CallEffect.Unknown, error.Effect);
        Assert.Equal(1, World.Calls.Of(Systems.Railway, "ServiceInstanceDeployV2"));
        Assert.IsType<GateAnswer.OutcomeUnknown>(await AskAsync(call));
        var since = (await Railway.ListDeploymentsAsync(WebId, 10, Ending)).TakeWhile(deployment => deployment.Id != before);
        Assert.Equal(happened, since.Any(deployment => deployment.Version == "b2"));
    }

    [Fact]
    public async Task A_service_that_is_not_in_the_environment_is_refused_and_nothing_happened()
    {
        var postgres = new RailwayServiceRef(World.Railway.AddService("postgres", "p1"), "postgres");
        var permit = await ApprovedAsync(Staging.Calls.Deploy(postgres, "p2"));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Staging.DeployAsync(permit, postgres, "p2", Ending));

        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Empty(World.Mutations);
    }
}
