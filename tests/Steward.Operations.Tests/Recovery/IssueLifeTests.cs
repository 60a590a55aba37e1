using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>The issue about a deployment: one, open for as long as there is something to mend.</summary>
public sealed class IssueLifeTests
{
    [Fact]
    public async Task The_issue_of_a_service_that_serves_again_after_a_restart_is_closed()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: ServedLong);
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");

        rig.World.Railway.ForceStatus(rig.World.Railway.Active("web")!.Id, RailwayStatus.Crashed);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it has recovered");
        await rig.UntilQuietAsync();

        var issue = Assert.Single(rig.World.GitHub.Issues);
        Assert.Equal("closed", issue.State);
        Assert.Contains(rig.World.GitHub.Comments(issue.Number), comment => comment.Body.Contains("It is over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_crash_is_one_issue_although_a_restart_did_not_help()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: ServedLong);
        var leaking = await rig.TwoGoodAsync("web", "good", "leaking");

        rig.World.Railway.ChangeFate(leaking, DeploymentFate.CrashesAfterStart);
        rig.World.Railway.ForceStatus(leaking, RailwayStatus.Crashed);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding is { State: FindingState.Recovered, Decisions: [{ Kind: DecisionKind.RollBack }, ..] }, "the service was brought back");
        await rig.UntilQuietAsync();

        var issue = Assert.Single(rig.World.GitHub.Issues);
        Assert.Contains(rig.World.GitHub.Comments(issue.Number), comment => comment.Body.Contains("once more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_issue_of_what_was_rolled_back_is_open_until_a_later_version_serves_well()
    {
        await using var rig = await RecoveryRig.StartAsync();
        await rig.CrashAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it was rolled back");
        await rig.UntilQuietAsync();
        await rig.UntilKnownGoodAsync("web");
        await rig.UntilQuietAsync();

        var issue = Assert.Single(rig.World.GitHub.Issues);
        Assert.Equal("open", issue.State);
        Assert.Contains(rig.World.GitHub.Comments(issue.Number), comment => comment.Body.Contains("stays open until a later version serves well", StringComparison.Ordinal));

        rig.World.Railway.Deploy("web", "mended");
        await Eventually.HoldsAsync(async () =>
        {
            await rig.LookAsync();
            return rig.World.GitHub.Issues is [{ State: "closed" }];
        }, "its issue is closed", CancellationToken.None);
    }

    private static void ServedLong(Dictionary<string, string?> settings) => settings["Operations:WatchWindow"] = "00:00:00";
}
