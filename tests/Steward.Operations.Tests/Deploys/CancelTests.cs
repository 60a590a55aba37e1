using Steward.Governance.Approvals;
using Steward.Governance.Stops;
using Steward.Operations.Deploys;
using Steward.Operations.Tests.Recovery;
using Steward.Simulation;
using Steward.Simulation.GitHub;
using Steward.Testing;
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
        var number = rig.World.GitHub.AddPullRequest();
        rig.World.GitHub.SetChecks(number, RunState.Running);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await UntilAsync(rig, asked.Id, deploy => deploy.Note is not null, "it waits for the checks");
        // The last look at the pull request before the gate is asked is on its way when the deploy is called off.
        rig.World.GitHub.SetChecks(number, RunState.Green);
        var look = rig.World.Faults.HoldAfterEffect(Systems.GitHub, "GetPullRequest");
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

    [Fact]
    public async Task Who_heard_that_it_is_held_hears_that_it_is_called_off()
    {
        await using var rig = await StartAsync();
        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Service, "web", "Let us look first.", Anna, CancellationToken.None);
        var asked = await AskedAsync(rig, new DeployRequest(Service: "web"));
        await Eventually.HoldsAsync(() => rig.World.N8n.Deliveries.Any(one => one.Body.Contains("\"HELD\"", StringComparison.Ordinal)), "people hear of it", CancellationToken.None);

        Assert.False((await CancelAsync(rig, asked)).IsRefused);

        await Eventually.HoldsAsync(() => rig.World.N8n.Deliveries.Any(one => one.Body.Contains("Called off by person:anna", StringComparison.Ordinal)), "people hear of the end", CancellationToken.None);
    }

    private static Task<Kernel.Outcome<Deploy>> CancelAsync(RecoveryRig rig, Deploy deploy) => rig.Get<CancelDeploy>().HandleAsync(deploy.Id, Anna, CancellationToken.None);
}
