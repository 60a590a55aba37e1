using Steward.Governance.Audit;
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

    [Theory]
    [InlineData(true, DeployState.Succeeded, "Deployed and verified", "SUCCESS")]
    [InlineData(false, DeployState.Unverified, "Deployed, not verified", "UNVERIFIED")]
    public async Task One_that_was_given_up_as_slow_and_serves_well_later_is_told_so(bool canBeAsked, DeployState end, string heading, string status)
    {
        await using var rig = await StartAsync(settings => settings["Operations:VerifyTimeout"] = "00:00:10", isHealthUrlSet: canBeAsked);
        var number = GreenPullRequest(rig);
        rig.World.Railway.FateOfOthers = DeploymentFate.NeverFinishes;
        var deploy = await DeployedAsync(rig, number);
        Assert.True(deploy.State == DeployState.Failed, $"{deploy.State}: {deploy.Note}");
        await rig.UntilQuietAsync();

        rig.World.Railway.ChangeFate(deploy.DeploymentId!, DeploymentFate.Good);
        rig.World.Railway.ForceStatus(deploy.DeploymentId!, RailwayStatus.Success);
        deploy = await UntilAsync(rig, deploy.Id, one => one.State != DeployState.Failed, "it is corrected");
        await rig.UntilQuietAsync();

        Assert.True(deploy.State == end, $"{deploy.State}: {deploy.Note}");
        Assert.Contains("came up late and serves since", deploy.Note, StringComparison.Ordinal);
        var comment = Assert.Single(rig.World.GitHub.Comments(number));
        Assert.Contains(heading, comment.Body, StringComparison.Ordinal);
        Assert.Contains("came up late", comment.Body, StringComparison.Ordinal);
        Assert.Contains(rig.World.N8n.Deliveries, told => told.Body.Contains("came up late", StringComparison.Ordinal) && told.Body.Contains($"\"{status}\"", StringComparison.Ordinal));
        Assert.Contains(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.DeployEnded && row.Entry.Reason!.Contains("came up late", StringComparison.Ordinal));
    }
}
