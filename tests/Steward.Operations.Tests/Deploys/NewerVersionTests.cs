using Steward.Operations.Deploys;
using Steward.Operations.Tests.Recovery;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Railway;
using Steward.Testing;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>What somebody else deployed after a deploy was asked for is not replaced by its older commit, also where a provider was away meanwhile.</summary>
public sealed class NewerVersionTests
{
    [Fact]
    public async Task What_came_while_the_provider_was_away_is_not_replaced_by_a_commit_that_was_asked_for_before()
    {
        await using var rig = await StartAsync();
        rig.World.Faults.Add(Fault.ServerError(), Systems.Railway, "Deployments");
        var asked = await AskedAsync(rig, new DeployRequest(Service: "web", Commit: new string('a', 40)));
        await UntilAsync(rig, asked.Id, deploy => deploy.Note is not null, "it waits");

        var newer = await NewerAsync(rig);
        rig.World.Faults.Clear();

        await IsOvertakenAsync(rig, asked, newer);
    }

    [Fact]
    public async Task What_came_while_the_provider_was_away_is_not_replaced_by_what_was_merged_before()
    {
        await using var rig = await StartAsync();
        var number = GreenPullRequest(rig);
        rig.World.GitHub.MergePullRequest(number);
        rig.World.Faults.Add(Fault.ServerError(), Systems.Railway, "Deployments");
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await UntilAsync(rig, asked.Id, deploy => deploy.Note is not null, "it waits");

        var newer = await NewerAsync(rig);
        rig.World.Faults.Clear();

        await IsOvertakenAsync(rig, asked, newer);
    }

    [Fact]
    public async Task What_came_while_the_answer_to_the_merge_was_lost_is_not_replaced_by_it()
    {
        await using var rig = await StartAsync();
        var merge = rig.World.Faults.HoldAfterEffect(Systems.GitHub, "MergePullRequest");
        var asked = await AskedAsync(rig, new DeployRequest(GreenPullRequest(rig)));
        await merge.Reached;
        rig.World.Faults.Add(Fault.ServerError(), Systems.GitHub, "GetPullRequest");
        merge.Drop();

        var newer = await NewerAsync(rig);
        rig.World.Faults.Clear();

        await IsOvertakenAsync(rig, asked, newer);
    }

    [Fact]
    public async Task Nothing_is_merged_while_what_it_is_for_cannot_be_deployed()
    {
        await using var rig = await StartAsync();
        rig.World.Faults.Add(Fault.ServerError(), Systems.Railway, "Deployments");
        var asked = await AskedAsync(rig, new DeployRequest(GreenPullRequest(rig)));
        var waiting = await UntilAsync(rig, asked.Id, deploy => deploy.Note is not null, "it waits");

        Assert.StartsWith("Looking whether it can be done has not come through yet and is tried again: railway ", waiting.Note, StringComparison.Ordinal);
        Assert.Equal(0, rig.Mutations("MergePullRequest"));
        // What is there before the merge is older than it, whenever the deploy was asked for.
        await NewerAsync(rig);
        rig.World.Faults.Clear();
        var deploy = await EndedAsync(rig, asked.Id);

        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(deploy.CommitSha, rig.World.Railway.Active("web")!.Commit);
    }

    private static async Task<string> NewerAsync(RecoveryRig rig)
    {
        var newer = rig.World.Railway.Deploy("web", "newer");
        await Eventually.HoldsAsync(() => rig.World.Railway.Status(newer) is RailwayStatus.Success, "the newer one serves", CancellationToken.None);
        return newer;
    }

    private static async Task IsOvertakenAsync(RecoveryRig rig, Deploy asked, string newer)
    {
        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Overtaken, $"{deploy.State}: {deploy.Note}");
        Assert.Contains(newer, deploy.Note, StringComparison.Ordinal);
        Assert.Equal(("newer", 0), (rig.World.Railway.Active("web")!.Commit, rig.Mutations("ServiceInstanceDeployV2")));
    }
}
