using Steward.Governance.Approvals;
using Steward.Operations.Deploys;
using Steward.Operations.Tests.Recovery;
using Steward.Simulation;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>Calling a deploy off: it says so only when nothing will come of it.</summary>
public sealed class CancelTests
{
    [Fact]
    public async Task What_the_provider_was_asked_for_cannot_be_called_off_and_is_followed_to_its_end()
    {
        await using var rig = await StartAsync();
        var request = rig.World.Faults.HoldBeforeEffect(Systems.Railway, "ServiceInstanceDeployV2");
        var asked = await AskedAsync(rig, new DeployRequest(Service: "web"));
        await request.Reached;

        var refused = (await CancelAsync(rig, asked)).Refusal;
        request.Release();

        Assert.Equal("wrong-state", refused?.Code);
        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.NotNull(deploy.DeploymentId);
    }

    [Fact]
    public async Task Nobody_is_asked_about_what_was_called_off()
    {
        await using var rig = await StartAsync(rule: null);
        var number = GreenPullRequest(rig);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        var approval = await rig.PendingApprovalAsync();

        Assert.False((await CancelAsync(rig, asked)).IsRefused);
        var yes = await rig.Get<DecideApproval>().HandleAsync(approval, approve: true, Anna, null, CancellationToken.None);

        Assert.True(yes.IsRefused);
        Assert.Equal(ApprovalState.Void, (await rig.Get<ReadApprovals>().FindAsync(approval, CancellationToken.None))!.State);
        await rig.UntilQuietAsync();
        Assert.Equal(0, rig.Mutations("MergePullRequest"));
    }

    [Fact]
    public async Task What_is_called_off_before_the_gate_was_asked_is_not_begun_after_it()
    {
        await using var rig = await StartAsync();
        var number = GreenPullRequest(rig);
        // The step that looks at the pull request once more before it merges is on its way when the deploy is called off.
        var look = rig.World.Faults.HoldAfterEffect(Systems.GitHub, "GetPullRequest");
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await look.Reached;

        Assert.False((await CancelAsync(rig, asked)).IsRefused);
        look.Release();

        await rig.UntilQuietAsync();
        Assert.Equal((0, 0), (rig.Mutations("MergePullRequest"), rig.Mutations("ServiceInstanceDeployV2")));
        Assert.Equal(DeployState.Cancelled, (await EndedAsync(rig, asked.Id)).State);
    }

    [Fact]
    public async Task What_was_merged_is_said_to_stay()
    {
        await using var rig = await StartAsync(rule: null);
        var number = GreenPullRequest(rig);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await rig.Get<DecideApproval>().HandleAsync(await rig.PendingApprovalAsync(), approve: true, Anna, null, CancellationToken.None);
        await UntilAsync(rig, asked.Id, deploy => deploy is { State: DeployState.Triggering, Note: not null }, "it waits to be deployed");

        var cancelled = await CancelAsync(rig, asked);

        Assert.Contains("The merge had begun and stays", cancelled.Value!.Note, StringComparison.Ordinal);
        Assert.Equal("wrong-state", (await CancelAsync(rig, asked)).Refusal?.Code);
    }

    private static Task<Kernel.Outcome<Deploy>> CancelAsync(RecoveryRig rig, Deploy deploy) => rig.Get<CancelDeploy>().HandleAsync(deploy.Id, Anna, CancellationToken.None);
}
