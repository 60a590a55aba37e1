using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Simulation;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>A deployment dies while a newer one is on its way: people know at once, and nothing races with what may be the cure.</summary>
public sealed class CrashWhileBuildingTests
{
    [Fact]
    public async Task It_is_told_at_once_and_over_when_the_newer_one_serves_well()
    {
        await using var rig = await RecoveryRig.StartAsync();
        var (crashed, newer) = await DieAsync(rig);
        await rig.UntilFindingAsync(finding => finding.DeploymentId == crashed && finding.ToldAt is not null, "people know");
        await rig.UntilQuietAsync();

        var told = Assert.Single(rig.World.N8n.Deliveries).Body;
        Assert.Contains("newer", told, StringComparison.Ordinal);
        Assert.Contains("is given until", told, StringComparison.Ordinal);
        Assert.Contains((await rig.FindingsAsync()).Single().Evidence, line => line.Contains(newer, StringComparison.Ordinal));

        rig.World.Railway.ChangeFate(newer, DeploymentFate.Good);
        rig.World.Railway.ForceStatus(newer, RailwayStatus.Success);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it is over");
        await rig.UntilQuietAsync();

        Assert.Contains(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("\"RECOVERED\"", StringComparison.Ordinal) && delivery.Body.Contains(newer, StringComparison.Ordinal));
        Assert.Equal((0, 0), (rig.Mutations("DeploymentRestart"), rig.Mutations("DeploymentRollback")));
    }

    [Theory]
    [InlineData(RailwayStatus.Failed)]
    [InlineData(RailwayStatus.Removed)]
    public async Task It_is_treated_when_the_newer_one_does_not_come(string status)
    {
        await using var rig = await RecoveryRig.StartAsync();
        var (crashed, newer) = await DieAsync(rig);
        await rig.UntilFindingAsync(finding => finding.DeploymentId == crashed && finding.ToldAt is not null, "people know");
        rig.World.Railway.ForceStatus(newer, status);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered && finding.Has(DecisionKind.RollBack), "the service was brought back");
        await rig.UntilQuietAsync();

        Assert.Equal((0, 1), (rig.Mutations("DeploymentRestart"), rig.Mutations("DeploymentRollback")));
        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
        await EverythingTheyHeardOfEndedAsync(rig);
    }

    [Fact]
    public async Task It_is_treated_past_a_newer_one_that_takes_too_long_and_that_one_is_watched_when_it_comes_late()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: settings => settings["Operations:VerifyTimeout"] = "00:00:10");
        var (_, newer) = await DieAsync(rig);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered && finding.Has(DecisionKind.RollBack), "the service was brought back past the newer one");
        await rig.UntilQuietAsync();

        Assert.Equal(1, rig.Mutations("DeploymentRollback"));
        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
        await EverythingTheyHeardOfEndedAsync(rig);
        Assert.DoesNotContain(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("a person has to look", StringComparison.Ordinal));

        rig.World.Railway.ForceStatus(newer, RailwayStatus.Success);
        await rig.LookAsync();
        rig.World.Railway.ForceStatus(newer, RailwayStatus.Crashed);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered && finding.DeploymentId == newer, "the late one was undone");

        Assert.Equal(2, rig.Mutations("DeploymentRollback"));
        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
    }

    [Fact]
    public async Task What_was_done_about_it_is_no_newer_version_for_a_look_that_is_older_than_the_recovery()
    {
        await using var rig = await RecoveryRig.StartAsync();
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        rig.World.Railway.ChangeFate(rig.World.Railway.Active("web")!.Id, DeploymentFate.NeverFinishes);
        var rollback = rig.World.Faults.HoldAfterEffect(Systems.Railway, "DeploymentRollback");
        await rig.CrashAsync("bad");
        await rollback.Reached;
        var replacement = rig.World.Railway.Deployments("web")[0].Id;

        var look = rig.World.Faults.HoldAfterEffect(Systems.Railway, "EnvironmentServices");
        await rig.LookAsync();
        await look.Reached;
        rollback.Release();
        rig.World.Railway.ForceStatus(replacement, RailwayStatus.Success);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it was undone");
        look.Release();
        await rig.UntilKnownGoodAsync("web");
        await rig.UntilQuietAsync();

        Assert.Single(await rig.FindingsAsync());
        Assert.DoesNotContain(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("is given until", StringComparison.Ordinal));
    }

    // Each alert of trouble is followed by its end, and not before the service is well again.
    private static async Task EverythingTheyHeardOfEndedAsync(RecoveryRig rig)
    {
        await Eventually.HoldsAsync(async () =>
        {
            await rig.LookAsync();
            return (await rig.FindingsAsync()).All(finding => finding.State == FindingState.Recovered);
        }, "every finding has recovered", CancellationToken.None);
        await rig.UntilQuietAsync();
        int Told(string status) => rig.World.N8n.Deliveries.Count(delivery => delivery.Body.Contains($"\"{status}\"", StringComparison.Ordinal));
        Assert.Equal(Told("FAILED"), Told("RECOVERED"));
    }

    // "good" is known good, "second" serves, "newer" is being built; then "second" dies.
    private static async Task<(string Crashed, string Newer)> DieAsync(RecoveryRig rig)
    {
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        var second = rig.World.Railway.Deploy("web", "second");
        await Eventually.HoldsAsync(() => rig.World.Railway.Status(second) == RailwayStatus.Success, "the second one serves", CancellationToken.None);
        await rig.UntilKnownGoodAsync("web");
        var newer = rig.World.Railway.Deploy("web", "newer", DeploymentFate.NeverFinishes);
        await Eventually.HoldsAsync(() => rig.World.Railway.Status(newer) == RailwayStatus.Building, "the newer one is built", CancellationToken.None);
        await rig.LookAsync();
        rig.World.Railway.ForceStatus(second, RailwayStatus.Crashed);
        await rig.LookAsync();
        return (second, newer);
    }
}
