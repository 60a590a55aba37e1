using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Platform.Work;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>A rollback is a recovery only when its replacement serves, and goes on serving.</summary>
public sealed class VerifyRollbackTests
{
    [Fact]
    public async Task A_replacement_that_answers_well_once_and_dies_is_not_called_a_recovery()
    {
        await using var rig = await RecoveryRig.StartAsync(prepare: RecoveryRig.WithHealthUrl, settings: settings =>
        {
            settings["Operations:HealthSuccesses"] = "100";
            settings["Operations:VerifyInterval"] = "00:00:00.5";
        });
        await rig.CrashAsync();
        await Eventually.HoldsAsync(async () => (await rig.Get<WorkLedger>().ListAsync(null, "operations.verify", new PageRequest(), CancellationToken.None)).Items
            .Any(item => item.Result?.Contains("good looks in a row", StringComparison.Ordinal) == true), "it answered well once", CancellationToken.None);
        rig.World.Railway.ForceStatus(rig.World.Railway.Active("web")!.Id, RailwayStatus.Crashed);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Stuck, "the rollback did not come through");

        Assert.DoesNotContain(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("\"RECOVERED\"", StringComparison.Ordinal));
        Assert.DoesNotContain(await rig.FindingsAsync(), finding => finding.State == FindingState.Recovered);
    }

    [Fact]
    public async Task A_replacement_has_recovered_when_it_has_answered_well_for_the_settling_time()
    {
        await using var rig = await RecoveryRig.StartAsync(prepare: RecoveryRig.WithHealthUrl, settings: settings => settings["Operations:SettleTime"] = "00:00:02");
        await rig.CrashAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");

        var rows = await rig.AuditAsync();
        var rolledBack = rows.Single(row => row.Entry is { Kind: AuditKinds.CallSucceeded, Action: "railway.deployment.rollback" }).At;
        Assert.True(rows.Single(row => row.Entry.Kind == AuditKinds.Verified).At >= rolledBack + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_replacement_that_cannot_be_asked_has_recovered_when_the_provider_says_so()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: settings => settings["Operations:HealthSuccesses"] = "100");
        await rig.CrashAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");

        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
    }

    [Theory]
    [InlineData(DeploymentFate.FailsInBuild)]
    [InlineData(DeploymentFate.NeverFinishes)]
    public async Task A_fix_that_does_not_come_while_the_rollback_settles_does_not_make_it_a_failure(DeploymentFate fate)
    {
        await using var rig = await RecoveryRig.StartAsync(prepare: RecoveryRig.WithHealthUrl, settings: settings => settings["Operations:SettleTime"] = "00:00:03");
        var bad = await rig.CrashAsync();
        await UntilRolledBackAsync(rig, bad);
        var replacement = rig.World.Railway.Active("web")!.Id;
        rig.World.Railway.Deploy("web", "fix", fate);
        await rig.UntilFindingAsync(finding => finding.DeploymentId == bad && finding.ClosedAt is not null, "the rollback is over");

        var finding = (await rig.FindingsAsync()).Single(finding => finding.DeploymentId == bad);
        Assert.Equal(FindingState.Recovered, finding.State);
        Assert.Contains(replacement, finding.Outcome, StringComparison.Ordinal);
        Assert.DoesNotContain(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("\"STUCK\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fix_that_takes_over_while_the_rollback_settles_is_the_recovery()
    {
        await using var rig = await RecoveryRig.StartAsync(prepare: RecoveryRig.WithHealthUrl, settings: settings => settings["Operations:SettleTime"] = "00:00:03");
        var bad = await rig.CrashAsync();
        await UntilRolledBackAsync(rig, bad);
        var fix = rig.World.Railway.Deploy("web", "fix");
        await rig.UntilFindingAsync(finding => finding.DeploymentId == bad && finding.State == FindingState.Recovered, "the service has recovered");

        Assert.Contains(fix, (await rig.FindingsAsync()).Single(finding => finding.DeploymentId == bad).Outcome, StringComparison.Ordinal);
    }

    private static Task UntilRolledBackAsync(RecoveryRig rig, string bad) => Eventually.HoldsAsync(
        () => rig.World.Railway.Active("web") is { Commit: "good", Status: RailwayStatus.Success } active && active.Id != bad, "the replacement serves", CancellationToken.None);
}
