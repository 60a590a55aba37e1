using Steward.Governance.Approvals;
using Steward.Kernel;
using Steward.Operations.Deploys;
using Steward.Simulation;
using Steward.Simulation.Railway;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>A deploy tells of the deployment that it made, whoever else deploys at the same time.</summary>
public sealed class WhichDeploymentTests
{
    [Fact]
    public async Task What_somebody_else_deployed_while_it_waited_is_no_success_of_one_that_failed()
    {
        await using var rig = await StartAsync(rule: null);
        var asked = await AskedAsync(rig, new DeployRequest(Service: "web"));
        var approval = await rig.PendingApprovalAsync();
        var other = await PushedAsync(rig, "push");
        rig.World.Railway.FateOfOthers = DeploymentFate.FailsInBuild;

        await rig.Get<DecideApproval>().HandleAsync(approval, approve: true, Anna, null, CancellationToken.None);

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Failed, $"{deploy.State}: {deploy.Note}");
        var made = rig.World.Railway.Deployments("web")[0].Id;
        Assert.NotEqual(other, made);
        Assert.Equal((made, 1), (deploy.DeploymentId, rig.Mutations("ServiceInstanceDeployV2")));
    }

    [Fact]
    public async Task What_somebody_else_deployed_while_it_waited_does_not_overtake_it()
    {
        await using var rig = await StartAsync(rule: null);
        var asked = await AskedAsync(rig, new DeployRequest(Service: "web"));
        var approval = await rig.PendingApprovalAsync();
        await PushedAsync(rig, "push");

        await rig.Get<DecideApproval>().HandleAsync(approval, approve: true, Anna, null, CancellationToken.None);

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(rig.World.Railway.Deployments("web")[0].Id, deploy.DeploymentId);
    }

    [Fact]
    public async Task Where_the_answer_is_lost_and_more_than_one_came_none_is_called_a_success()
    {
        await using var rig = await StartAsync();
        var request = rig.World.Faults.HoldAfterEffect(Systems.Railway, "ServiceInstanceDeployV2");
        rig.World.Railway.FateOfOthers = DeploymentFate.FailsInBuild;
        var asked = await AskedAsync(rig, new DeployRequest(Service: "web"));
        await request.Reached;
        rig.World.Railway.Deploy("web", "push");
        request.Drop();

        var deploy = await EndedAsync(rig, asked.Id);

        Assert.True(deploy.State == DeployState.Unverified, $"{deploy.State}: {deploy.Note}");
        Assert.All(rig.World.Railway.Deployments("web").Take(2), one => Assert.Contains(one.Id, deploy.Note!, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_the_answer_is_lost_the_one_that_came_is_not_taken_for_what_was_asked_for(bool arrived)
    {
        await using var rig = await StartAsync();
        var request = arrived
            ? rig.World.Faults.HoldAfterEffect(Systems.Railway, "ServiceInstanceDeployV2")
            : rig.World.Faults.HoldBeforeEffect(Systems.Railway, "ServiceInstanceDeployV2");
        var asked = await AskedAsync(rig, new DeployRequest(Service: "web"));
        await request.Reached;
        var came = arrived ? rig.World.Railway.Deployments("web")[0].Id : rig.World.Railway.Deploy("web", "push");
        request.Drop();

        var deploy = await EndedAsync(rig, asked.Id);

        Assert.True(deploy.State == DeployState.Unverified, $"{deploy.State}: {deploy.Note}");
        Assert.Null(deploy.DeploymentId);
        Assert.Contains(came, deploy.Note, StringComparison.Ordinal);
        Assert.Contains("cannot be told", deploy.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_answer_named_is_it_although_a_crash_kept_that_from_being_noted()
    {
        await using var rig = await StartAsync();
        var deploy = await DeployedAsync(rig, new DeployRequest(Service: "web"));
        rig.World.Railway.Deploy("web", "push");

        var trigger = rig.Get<IEnumerable<IDeployStep>>().Single(step => step.State == DeployState.Triggering);
        var move = await trigger.RunAsync(deploy with { State = DeployState.Triggering, DeploymentId = null, CommitSha = null }, Ids.New(TimeProvider.System), CancellationToken.None);

        Assert.Equal(deploy.DeploymentId, Assert.IsType<DeployMove.Go>(move).Deploy.DeploymentId);
    }

    [Fact]
    public async Task Where_the_provider_does_not_name_the_rollback_and_more_than_one_came_none_is_called_a_success()
    {
        await using var rig = await StartAsync();
        await PushedAsync(rig, "v1");
        var request = rig.World.Faults.HoldAfterEffect(Systems.Railway, "DeploymentRollback");
        var asked = await BackAsync(rig, new RollbackRequest("web"));
        await request.Reached;
        rig.World.Railway.Deploy("web", "good");
        request.Release();

        var deploy = await EndedAsync(rig, asked.Id);

        Assert.True(deploy.State == DeployState.Unverified, $"{deploy.State}: {deploy.Note}");
    }
}
