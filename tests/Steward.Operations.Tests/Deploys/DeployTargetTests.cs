using Steward.Governance.Approvals;
using Steward.Operations.Deploys;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>From which branch, and to which services, a pull request is deployed.</summary>
public sealed class DeployTargetTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pull_request_that_is_for_another_branch_by_the_time_a_person_says_yes_is_neither_merged_nor_deployed(bool isMergedByHand)
    {
        await using var rig = await StartAsync(rule: null);
        rig.World.GitHub.Push("unprotected");
        var number = GreenPullRequest(rig);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        var approval = await rig.PendingApprovalAsync();
        Assert.Contains("goes to 'main'", (await rig.Get<ReadApprovals>().FindAsync(approval, CancellationToken.None))!.Reason, StringComparison.Ordinal);
        rig.World.GitHub.Retarget(number, "unprotected");
        if (isMergedByHand)
        {
            rig.World.GitHub.MergePullRequest(number);
        }

        await rig.Get<DecideApproval>().HandleAsync(approval, approve: true, Anna, null, CancellationToken.None);

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Overtaken, $"{deploy.State}: {deploy.Note}");
        Assert.Contains("'unprotected'", deploy.Note, StringComparison.Ordinal);
        Assert.Equal((0, "good"), (rig.Mutations("MergePullRequest"), rig.World.Railway.Active("web")!.Commit));
    }

    [Theory]
    [InlineData("acme/api", null)]
    [InlineData(null, "acme/api")]
    public async Task A_pull_request_is_not_deployed_to_a_service_that_is_deployed_from_another_repository(string? ofService, string? ofPullRequest)
    {
        await using var rig = await StartAsync(settings => settings["Operations:Services:web:Repository"] = ofService);

        var refused = (await rig.Get<StartDeploy>().HandleAsync(new DeployRequest(1, "web", Repository: ofPullRequest), Anna, CancellationToken.None)).Refusal;

        Assert.Equal("service", refused?.Field);
        Assert.Contains("Operations:Services:NAME:Repository", refused?.Message, StringComparison.Ordinal);
    }
}
