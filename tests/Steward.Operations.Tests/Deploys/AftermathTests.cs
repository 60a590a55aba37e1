using Steward.Operations.Deploys;
using Steward.Operations.Findings;
using Steward.Simulation.Railway;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>What was told as a success and turns out to be none.</summary>
public sealed class AftermathTests
{
    [Fact]
    public async Task A_deployment_that_turns_bad_after_it_was_verified_is_told_on_its_thread_as_rolled_back()
    {
        await using var rig = await StartAsync();
        var number = GreenPullRequest(rig);
        var deploy = await DeployedAsync(rig, number);
        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        await rig.UntilQuietAsync();

        rig.World.Railway.ChangeFate(deploy.DeploymentId!, DeploymentFate.ServesErrors);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it was rolled back");
        await rig.UntilQuietAsync();

        deploy = await EndedAsync(rig, deploy.Id);
        Assert.True(deploy.State == DeployState.RolledBack, $"{deploy.State}: {deploy.Note}");
        var comment = Assert.Single(rig.World.GitHub.Comments(number));
        Assert.Contains("Failed and was rolled back", comment.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_given_up_as_slow_and_is_rolled_back_later_is_told_so_on_its_thread()
    {
        await using var rig = await StartAsync(settings => settings["Operations:VerifyTimeout"] = "00:00:10");
        var number = GreenPullRequest(rig);
        rig.World.Railway.FateOfOthers = DeploymentFate.NeverFinishes;
        var deploy = await DeployedAsync(rig, number);
        Assert.True(deploy.State == DeployState.Failed, $"{deploy.State}: {deploy.Note}");
        await rig.UntilQuietAsync();

        rig.World.Railway.ForceStatus(deploy.DeploymentId!, RailwayStatus.Success);
        await rig.LookAsync();
        rig.World.Railway.ForceStatus(deploy.DeploymentId!, RailwayStatus.Crashed);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it was rolled back");
        await rig.UntilQuietAsync();

        deploy = await EndedAsync(rig, deploy.Id);
        Assert.True(deploy.State == DeployState.RolledBack, $"{deploy.State}: {deploy.Note}");
        var comment = Assert.Single(rig.World.GitHub.Comments(number));
        Assert.Contains("Failed and was rolled back", comment.Body, StringComparison.Ordinal);
    }
}
