using Steward.Operations.Deploys;
using Steward.Operations.Tests.Recovery;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Railway;
using Steward.Testing;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>A provider that follows the branch deploys what was merged while Steward does not look: what became of that is the end of the deploy, and it is not asked for again.</summary>
public sealed class UndoneVersionTests
{
    [Fact]
    public async Task What_crashed_while_the_process_was_dead_is_undone_once()
    {
        await using var rig = await StartAsync();
        var number = GreenPullRequest(rig);
        var merge = rig.World.Faults.HoldAfterEffect(Systems.GitHub, "MergePullRequest");
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await merge.Reached;
        await rig.StopNodeAsync();
        merge.Drop();
        await CrashAsync(rig, number);

        await using var back = await rig.AnotherAsync();

        await IsUndoneOnceAsync(back, asked);
    }

    [Fact]
    public async Task What_was_undone_while_the_answer_to_the_merge_was_lost_is_not_deployed_again()
    {
        await using var rig = await StartAsync();
        var number = GreenPullRequest(rig);
        var merge = rig.World.Faults.HoldAfterEffect(Systems.GitHub, "MergePullRequest");
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await merge.Reached;
        rig.World.Faults.Add(Fault.ServerError(), Systems.GitHub, "GetPullRequest");
        merge.Drop();
        await CrashAsync(rig, number);
        await Eventually.HoldsAsync(() => rig.World.Railway.Active("web")?.Commit == "good", "it is rolled back", CancellationToken.None);
        rig.World.Faults.Clear();

        await IsUndoneOnceAsync(rig, asked);
    }

    [Fact]
    public async Task What_a_person_merged_meanwhile_and_crashed_is_undone_once()
    {
        await using var rig = await StartAsync(rule: AskingForMerges);
        var number = GreenPullRequest(rig);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await rig.PendingApprovalAsync();
        await rig.StopNodeAsync();
        rig.World.GitHub.MergePullRequest(number);
        await CrashAsync(rig, number);

        await using var back = await rig.AnotherAsync();

        await IsUndoneOnceAsync(back, asked);
    }

    [Fact]
    public async Task What_the_provider_did_not_deploy_because_nothing_relevant_had_changed_is_asked_for()
    {
        await using var rig = await StartAsync();
        var number = GreenPullRequest(rig);
        var merge = rig.World.Faults.HoldAfterEffect(Systems.GitHub, "MergePullRequest");
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await merge.Reached;
        rig.World.Railway.ForceStatus(rig.World.Railway.Deploy("web", Merged(rig, number), DeploymentFate.NeverFinishes), RailwayStatus.Skipped);
        merge.Release();

        var deploy = await EndedAsync(rig, asked.Id);

        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(1, rig.Mutations("ServiceInstanceDeployV2"));
    }

    private static string Merged(RecoveryRig rig, int number) => rig.World.GitHub.PullRequests.Single(one => one.Number == number).MergeSha!;

    private static async Task CrashAsync(RecoveryRig rig, int number)
    {
        var merged = Merged(rig, number);
        rig.World.Railway.SetFate(merged, DeploymentFate.CrashesAfterStart);
        var begun = rig.World.Railway.Deploy("web", merged, DeploymentFate.CrashesAfterStart);
        await Eventually.HoldsAsync(() => rig.World.Railway.Status(begun) is RailwayStatus.Crashed or RailwayStatus.Removed, "it crashed", CancellationToken.None);
    }

    private static async Task IsUndoneOnceAsync(RecoveryRig rig, Deploy asked)
    {
        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.RolledBack, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(("good", 0, 1), (rig.World.Railway.Active("web")?.Commit, rig.Mutations("ServiceInstanceDeployV2"), rig.Mutations("DeploymentRollback")));
    }
}
