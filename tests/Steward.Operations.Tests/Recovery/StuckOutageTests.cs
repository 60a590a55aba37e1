using Steward.Governance.Approvals;
using Steward.Governance.Calls;
using Steward.Operations.Deploys;
using Steward.Operations.Findings;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>An outage that nobody recovered from is an outage still: it is shown, somebody can act, and its end is told.</summary>
public sealed class StuckOutageTests
{
    private static readonly Actor Anna = Actor.Person("anna");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_no_it_stays_open_until_something_serves_well_and_that_is_told(bool isPushed)
    {
        await using var rig = await StartAsync();
        var good = rig.World.Railway.Active("web")!.Id;
        await DeniedAsync(rig);

        var stuck = Assert.Single(await rig.FindingsAsync());
        Assert.Equal((FindingState.Stuck, (DateTimeOffset?)null), (stuck.State, stuck.ClosedAt));
        if (isPushed)
        {
            rig.World.Railway.Deploy("web", "mended");
        }
        else
        {
            rig.World.Railway.RollBack(good);
        }

        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it is over");
        await rig.UntilQuietAsync();
        Assert.Equal(1, rig.Told("RECOVERED"));
    }

    [Fact]
    public async Task After_a_no_a_person_may_still_go_back()
    {
        await using var rig = await StartAsync();
        await DeniedAsync(rig);

        var back = await rig.Get<StartDeploy>().HandleAsync(new RollbackRequest("web"), Anna, CancellationToken.None);

        Assert.False(back.IsRefused, back.Refusal?.Message);
        await Eventually.HoldsAsync(() => rig.World.Railway.Active("web")?.Commit == "good", "it is gone back", CancellationToken.None);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it is over");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_decided_while_a_newer_one_is_on_its_way_holds_when_that_one_is_called_off(bool isApproved)
    {
        await using var rig = await StartAsync();
        await rig.CrashAsync("bad");
        var approval = await rig.PendingApprovalAsync();
        var newer = rig.World.Railway.Deploy("web", "newer", DeploymentFate.NeverFinishes);
        await rig.LookAsync();
        await rig.Get<DecideApproval>().HandleAsync(approval, isApproved, Anna, null, CancellationToken.None);
        await rig.UntilFindingAsync(finding => finding.Outcome?.Contains("which came after", StringComparison.Ordinal) == true, "it waits for the newer one");
        Assert.Equal(0, rig.Mutations("DeploymentRollback"));

        rig.World.Railway.ForceStatus(newer, RailwayStatus.Removed);

        await rig.UntilFindingAsync(finding => finding.State == (isApproved ? FindingState.Recovered : FindingState.Stuck), "it is done");
        await rig.UntilQuietAsync();
        Assert.Equal((isApproved ? 1 : 0, 1), (rig.Mutations("DeploymentRollback"), rig.Told(isApproved ? "RECOVERED" : "STUCK")));
    }

    private static async Task<RecoveryRig> StartAsync()
    {
        var rig = await RecoveryRig.StartAsync(policy: "services: { web: supervised }");
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        return rig;
    }

    private static async Task DeniedAsync(RecoveryRig rig)
    {
        await rig.CrashAsync("bad");
        await rig.Get<DecideApproval>().HandleAsync(await rig.PendingApprovalAsync(), approve: false, Anna, null, CancellationToken.None);
        await Eventually.HoldsAsync(() => rig.Told("STUCK") == 1, "people are told that nothing is done", CancellationToken.None);
        await rig.UntilQuietAsync();
    }
}
