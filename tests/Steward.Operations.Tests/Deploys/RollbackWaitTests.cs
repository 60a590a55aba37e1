using Steward.Governance.Approvals;
using Steward.Governance.Stops;
using Steward.Operations.Deploys;
using Steward.Operations.Tests.Recovery;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Railway;
using Steward.Testing;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>A rollback that has to wait takes back what served when it was asked for, and nothing else.</summary>
public sealed class RollbackWaitTests
{
    private const string Asking =
        """
          - name: asking-for-rollbacks
            decide: approve
            because: A person decides.
            actions: ["railway.deployment.rollback"]
        """;

    [Theory]
    [InlineData("stop", false)]
    [InlineData("stop", true)]
    [InlineData("approval", false)]
    [InlineData("lost", false)]
    public async Task What_came_to_serve_while_it_waited_is_not_taken_back(string wait, bool isBound)
    {
        await using var rig = await StartAsync(rule: wait == "approval" ? Asking : null);
        var wrong = await PushedAsync(rig, "v1");
        var asked = await WaitingAsync(rig, wait, new RollbackRequest("web", From: isBound ? wrong : null));

        var mend = await PushedAsync(rig, "mend");
        await GoOnAsync(rig, wait, asked);

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Overtaken, $"{deploy.State}: {deploy.Note}");
        Assert.Contains($"served by deployment {mend} (mend)", deploy.Note, StringComparison.Ordinal);
        Assert.Equal(("mend", 0), (rig.World.Railway.Active("web")!.Commit, rig.Mutations("DeploymentRollback")));
    }

    [Fact]
    public async Task What_is_on_its_way_when_the_wait_is_over_is_not_gone_back_over()
    {
        await using var rig = await StartAsync(rule: null);
        await PushedAsync(rig, "v1");
        var asked = await WaitingAsync(rig, "stop", new RollbackRequest("web"));

        var mend = rig.World.Railway.Deploy("web", "mend", DeploymentFate.NeverFinishes);
        await GoOnAsync(rig, "stop", asked);

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Overtaken, $"{deploy.State}: {deploy.Note}");
        Assert.Contains(mend, deploy.Note, StringComparison.Ordinal);
        Assert.Equal(0, rig.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task A_build_that_failed_while_it_waited_changes_nothing_about_it()
    {
        await using var rig = await StartAsync(rule: null);
        await PushedAsync(rig, "v1");
        var asked = await WaitingAsync(rig, "stop", new RollbackRequest("web"));

        var failed = rig.World.Railway.Deploy("web", "broken", DeploymentFate.FailsInBuild);
        await Eventually.HoldsAsync(() => rig.World.Railway.Status(failed) == RailwayStatus.Failed, "the build failed", CancellationToken.None);
        await GoOnAsync(rig, "stop", asked);

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(("good", 1), (rig.World.Railway.Active("web")!.Commit, rig.Mutations("DeploymentRollback")));
    }

    [Fact]
    public async Task An_older_build_that_never_ends_does_not_hold_it_up()
    {
        await using var rig = await StartAsync(rule: null);
        var stuck = rig.World.Railway.Deploy("web", "stuck", DeploymentFate.NeverFinishes);
        await PushedAsync(rig, "v1");
        rig.World.Railway.ForceStatus(stuck, RailwayStatus.Building);

        var deploy = await EndedAsync(rig, (await BackAsync(rig, new RollbackRequest("web"))).Id);

        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(1, rig.Mutations("DeploymentRollback"));
    }

    private static async Task<Deploy> WaitingAsync(RecoveryRig rig, string wait, RollbackRequest request)
    {
        if (wait == "stop")
        {
            await rig.Get<KillSwitch>().RaiseAsync(StopScope.Service, "web", "Let us look first.", Anna, CancellationToken.None);
        }
        else if (wait == "lost")
        {
            rig.World.Faults.Add(Fault.DropBeforeEffect, Systems.Railway, "DeploymentRollback", times: 1);
        }

        var asked = await BackAsync(rig, request);
        return await UntilAsync(rig, asked.Id, deploy => deploy is { State: DeployState.Triggering, Note: not null }, "it waits");
    }

    private static async Task GoOnAsync(RecoveryRig rig, string wait, Deploy asked)
    {
        switch (wait)
        {
            case "stop":
                await rig.Get<KillSwitch>().LiftAsync(StopScope.Service, "web", "Looked.", Anna, CancellationToken.None);
                break;
            case "approval":
                await rig.Get<DecideApproval>().HandleAsync(await rig.PendingApprovalAsync(), approve: true, Anna, null, CancellationToken.None);
                break;
            default:
                // It is asked again when the first request can no longer arrive.
                return;
        }

        await WakeAsync(rig, asked.Id);
    }
}
