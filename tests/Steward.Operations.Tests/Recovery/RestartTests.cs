using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Platform.Work;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>A service that dies long after it went live is started once more before anything is rolled back.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_service_that_dies_after_it_served_long_is_started_once_more()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: ServedLong);
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        var serving = rig.World.Railway.Active("web")!.Id;

        rig.World.Railway.ForceStatus(serving, RailwayStatus.Crashed);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");
        await rig.UntilQuietAsync();

        Assert.Equal((1, 0), (rig.Mutations("DeploymentRestart"), rig.Mutations("DeploymentRollback")));
        Assert.Equal(serving, rig.World.Railway.Active("web")!.Id);
        Assert.Contains(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("\"RECOVERED\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_dies_again_after_its_restart_is_rolled_back()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: ServedLong);
        var leaking = await rig.TwoGoodAsync("web", "good", "leaking");

        rig.World.Railway.ChangeFate(leaking, DeploymentFate.CrashesAfterStart);
        rig.World.Railway.ForceStatus(leaking, RailwayStatus.Crashed);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding is { State: FindingState.Recovered, Decisions: [{ Kind: DecisionKind.RollBack }, ..] }, "the service was brought back");
        await rig.UntilQuietAsync();

        Assert.Equal((1, 1), (rig.Mutations("DeploymentRestart"), rig.Mutations("DeploymentRollback")));
        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
        Assert.Equal(2, (await rig.FindingsAsync()).Count);
    }

    [Fact]
    public async Task A_service_that_dies_long_after_a_restart_had_helped_is_started_once_more_again()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: ServedLong);
        var serving = await rig.TwoGoodAsync("web", "older", "good");
        for (var times = 1; times <= 2; times++)
        {
            rig.World.Railway.ForceStatus(serving, RailwayStatus.Crashed);
            await rig.LookAsync();
            await Eventually.HoldsAsync(async () => (await rig.FindingsAsync()).Count(finding => finding.State == FindingState.Recovered) == times, "it has recovered", CancellationToken.None);
            await Eventually.HoldsAsync(async () => !(await rig.Database.ReadAsync(DeploymentStore.RecentAsync, CancellationToken.None)).SelectMany(all => all).Any(one => one.WasRestarted), "the restart is past", CancellationToken.None);
        }

        Assert.Equal((2, 0), (rig.Mutations("DeploymentRestart"), rig.Mutations("DeploymentRollback")));
        Assert.All(await rig.FindingsAsync(), finding => Assert.Equal(DecisionKind.Restart, finding.Decisions[0].Kind));
    }

    [Fact]
    public async Task A_service_that_dies_again_and_again_within_a_day_is_gone_back_from()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: ServedLong);
        var leaking = await rig.TwoGoodAsync("web", "good", "leaking");
        for (var times = 1; times <= 4; times++)
        {
            rig.World.Railway.ForceStatus(leaking, RailwayStatus.Crashed);
            await rig.LookAsync();
            await Eventually.HoldsAsync(async () => (await rig.FindingsAsync()).Count(finding => finding.State == FindingState.Recovered) == times, "it has recovered", CancellationToken.None);
            await Eventually.HoldsAsync(async () => times >= 3 || !(await rig.Database.ReadAsync(DeploymentStore.RecentAsync, CancellationToken.None)).SelectMany(all => all).Any(one => one.WasRestarted), "the restart is past", CancellationToken.None);
        }

        await rig.UntilQuietAsync();
        Assert.Equal((3, 1), (rig.Mutations("DeploymentRestart"), rig.Mutations("DeploymentRollback")));
        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
        Assert.Contains((await rig.FindingsAsync()), finding => finding.Summary.Contains("3 times within a day", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_answers_well_once_and_dies_again_has_not_recovered()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: settings =>
        {
            ServedLong(settings);
            settings["Operations:HealthSuccesses"] = "100";
            settings["Operations:VerifyInterval"] = "00:00:00.5";
        });
        var leaking = await rig.TwoGoodAsync("web", "good", "leaking");

        rig.World.Railway.ForceStatus(leaking, RailwayStatus.Crashed);
        await rig.LookAsync();
        await Eventually.HoldsAsync(async () => (await rig.Get<WorkLedger>().ListAsync(null, "operations.verify-restart", new PageRequest(), CancellationToken.None)).Items
            .Any(item => item.Result?.Contains("good looks in a row", StringComparison.Ordinal) == true), "it answered well once", CancellationToken.None);
        rig.World.Railway.ForceStatus(leaking, RailwayStatus.Crashed);
        await rig.UntilFindingAsync(finding => finding is { State: FindingState.Recovered, Decisions: [{ Kind: DecisionKind.RollBack }, ..] }, "the service was brought back");
        await rig.UntilQuietAsync();

        var first = (await rig.FindingsAsync()).Single(finding => finding.Decisions[0].Kind == DecisionKind.Restart);
        Assert.Equal(FindingState.Closed, first.State);
        Assert.Contains("it died again", first.Outcome, StringComparison.Ordinal);
        Assert.Equal((1, 1), (rig.Mutations("DeploymentRestart"), rig.Mutations("DeploymentRollback")));
        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
        int Told(string status) => rig.World.N8n.Deliveries.Count(delivery => delivery.Body.Contains($"\"{status}\"", StringComparison.Ordinal));
        Assert.Equal((2, 2), (Told("FAILED"), Told("RECOVERED")));
    }

    [Fact]
    public async Task A_restarted_service_has_recovered_when_it_has_served_well_for_the_settling_time()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: settings =>
        {
            ServedLong(settings);
            settings["Operations:SettleTime"] = "00:00:02";
        });
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");

        rig.World.Railway.ForceStatus(rig.World.Railway.Active("web")!.Id, RailwayStatus.Crashed);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");

        var rows = await rig.AuditAsync();
        var restarted = rows.Single(row => row.Entry is { Kind: AuditKinds.CallSucceeded, Action: "railway.deployment.restart" }).At;
        Assert.True(rows.Single(row => row.Entry.Kind == AuditKinds.Verified).At >= restarted + TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(nameof(Fault.DropAfterEffect))]
    [InlineData(nameof(Fault.DropBeforeEffect))]
    public async Task A_restart_whose_answer_is_lost_happens_once(string fault)
    {
        await using var rig = await RecoveryRig.StartAsync(settings: ServedLong);
        rig.World.Faults.Add(fault == nameof(Fault.DropAfterEffect) ? Fault.DropAfterEffect : Fault.DropBeforeEffect, Systems.Railway, "DeploymentRestart", times: 1);
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        rig.World.Railway.ForceStatus(rig.World.Railway.Active("web")!.Id, RailwayStatus.Crashed);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");

        Assert.Equal((1, 0), (rig.Mutations("DeploymentRestart"), rig.Mutations("DeploymentRollback")));
    }

    // Without a watch window every deployment has served for long.
    private static void ServedLong(Dictionary<string, string?> settings) => settings["Operations:WatchWindow"] = "00:00:00";
}
