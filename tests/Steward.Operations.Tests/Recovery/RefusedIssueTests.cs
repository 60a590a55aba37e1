using Steward.Operations.Findings;
using Steward.Simulation.Railway;

namespace Steward.Operations.Tests.Recovery;

public sealed class RefusedIssueTests
{
    [Fact]
    public async Task A_failed_build_of_which_no_issue_may_be_opened_is_told_and_closed()
    {
        await using var rig = await RecoveryRig.StartAsync(rule:
            """
              - name: no-issues
                decide: deny
                actions: ["github.issue.create"]
            """);
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        rig.World.Railway.Deploy("web", "bad", DeploymentFate.FailsInBuild);
        await rig.UntilFindingAsync(finding => finding is { Kind: FindingKind.DeploymentFailed, State: FindingState.Closed }, "the failed build is told");
        await rig.UntilQuietAsync();

        Assert.Empty(rig.World.GitHub.Issues);
        Assert.Single(rig.World.N8n.Deliveries);
    }
}
