using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Operations.Findings;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>The main job, whole: the real loop, gate and connectors against the simulated world over HTTP.</summary>
public sealed class RecoveryTests
{
    private const string SupervisedWeb = "services: { web: supervised }";

    [Fact]
    public async Task A_crash_after_take_over_is_rolled_back_told_and_verified()
    {
        await using var rig = await RecoveryRig.StartAsync();
        var bad = await rig.CrashAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");
        await rig.UntilQuietAsync();

        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
        Assert.Equal(1, rig.Mutations("DeploymentRollback"));
        var issue = Assert.Single(rig.World.GitHub.Issues);
        Assert.Contains(bad, issue.Title, StringComparison.Ordinal);
        Assert.Equal(2, rig.World.N8n.Deliveries.Count);
        Assert.Contains(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("\"RECOVERED\"", StringComparison.Ordinal));

        var audit = await rig.AuditAsync();
        var correlation = (await rig.FindingsAsync()).Single().CorrelationId;
        Assert.Equal(
            [AuditKinds.Decision, AuditKinds.CallPermitted, AuditKinds.CallStarted, AuditKinds.CallSucceeded, AuditKinds.Verified],
            audit.Where(row => row.Entry.CorrelationId == correlation && row.Entry.Action is "RollBack, OpenIssue, Alert" or "railway.deployment.rollback").Select(row => row.Entry.Kind));
        Assert.True((await rig.Get<VerifyAudit>().HandleAsync(null, CancellationToken.None)).IsWhole);
    }

    [Fact]
    public async Task A_service_that_answers_with_errors_although_deployed_is_rolled_back()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: settings => settings["Operations:HealthFailures"] = "2", prepare: RecoveryRig.WithHealthUrl);
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        rig.World.Railway.Deploy("web", "bad", DeploymentFate.ServesErrors);
        await rig.UntilFindingAsync(finding => finding is { Kind: FindingKind.DeploymentUnhealthy, State: FindingState.Recovered }, "the errors were undone");

        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
    }

    [Fact]
    public async Task A_failed_build_is_told_and_rolls_nothing_back()
    {
        await using var rig = await RecoveryRig.StartAsync();
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        rig.World.Railway.Deploy("web", "bad", DeploymentFate.FailsInBuild);
        await rig.UntilFindingAsync(finding => finding is { Kind: FindingKind.DeploymentFailed, State: FindingState.Closed }, "the failed build is told");
        await rig.UntilQuietAsync();

        Assert.Equal(0, rig.Mutations("DeploymentRollback"));
        Assert.Single(rig.World.GitHub.Issues);
        Assert.Single(rig.World.N8n.Deliveries);
    }

    [Fact]
    public async Task A_cause_is_acted_on_once_however_often_it_is_seen()
    {
        await using var rig = await RecoveryRig.StartAsync();
        rig.World.Faults.Events.Duplicate();
        await rig.CrashAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");
        for (var turn = 0; turn < 5; turn++)
        {
            await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
        }

        await rig.UntilQuietAsync();
        Assert.Single(await rig.FindingsAsync());
        Assert.Equal(1, rig.Mutations("DeploymentRollback"));
        Assert.Single(rig.World.GitHub.Issues);
    }

    [Fact]
    public async Task A_supervised_service_waits_for_a_person_and_then_recovers()
    {
        await using var rig = await RecoveryRig.StartAsync(policy: SupervisedWeb);
        await rig.CrashAsync();
        var approval = await rig.PendingApprovalAsync();
        Assert.Equal(0, rig.Mutations("DeploymentRollback"));

        var decided = await rig.Get<DecideApproval>().HandleAsync(approval, approve: true, Actor.Person("anna"), "go", CancellationToken.None);

        Assert.False(decided.IsRefused);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");
        Assert.Equal(1, rig.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task A_no_of_a_person_is_final_and_told()
    {
        await using var rig = await RecoveryRig.StartAsync(policy: SupervisedWeb);
        await rig.CrashAsync();
        await rig.Get<DecideApproval>().HandleAsync(await rig.PendingApprovalAsync(), approve: false, Actor.Person("anna"), "I am on it", CancellationToken.None);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Stuck, "the finding is stuck");
        await rig.UntilQuietAsync();

        Assert.Equal(0, rig.Mutations("DeploymentRollback"));
        Assert.Contains(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("I am on it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stop_holds_the_rollback_back_until_it_is_lifted()
    {
        await using var rig = await RecoveryRig.StartAsync();
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Global, "", "maintenance", Actor.Person("anna"), CancellationToken.None);
        rig.World.Railway.Deploy("web", "bad", DeploymentFate.CrashesAfterStart);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Waiting, "the rollback is held back");
        // People are told; nothing else happens.
        Assert.All(rig.World.Mutations, mutation => Assert.Equal("steward-alerts", mutation.Target));

        await rig.Get<KillSwitch>().LiftAsync(StopScope.Global, "", "done", Actor.Person("anna"), CancellationToken.None);

        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");
        await rig.UntilQuietAsync();
        Assert.Single(rig.World.GitHub.Issues);
    }

    [Fact]
    public async Task Nothing_is_rolled_back_over_a_fix_that_somebody_pushed_meanwhile()
    {
        await using var rig = await RecoveryRig.StartAsync(policy: SupervisedWeb);
        await rig.CrashAsync();
        var approval = await rig.PendingApprovalAsync();
        rig.World.Railway.Deploy("web", "fix", DeploymentFate.Good);
        await rig.Get<DecideApproval>().HandleAsync(approval, approve: true, Actor.Person("anna"), null, CancellationToken.None);
        await rig.UntilFindingAsync(finding => finding.ClosedAt is not null, "the finding was overtaken");

        Assert.Equal(0, rig.Mutations("DeploymentRollback"));
        await Eventually.HoldsAsync(() => rig.World.Railway.Active("web")?.Commit == "fix", "the fix serves", CancellationToken.None);
        await rig.UntilKnownGoodAsync("web");
        await Eventually.HoldsAsync(() => rig.World.N8n.Deliveries.Any(delivery => delivery.Body.Contains("\"RECOVERED\"", StringComparison.Ordinal)), "the end is told", CancellationToken.None);
    }

    [Fact]
    public async Task A_failed_alert_undoes_nothing()
    {
        await using var rig = await RecoveryRig.StartAsync();
        rig.World.Faults.Add(Fault.ServerError(500), Systems.N8n, "Webhook");
        await rig.CrashAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");

        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
    }

    [Theory]
    [InlineData(nameof(Fault.DropAfterEffect))]
    [InlineData(nameof(Fault.DropBeforeEffect))]
    [InlineData(nameof(Fault.Truncated))]
    [InlineData(nameof(Fault.RateLimit))]
    public async Task A_rollback_whose_answer_is_lost_or_late_happens_once(string fault)
    {
        await using var rig = await RecoveryRig.StartAsync();
        rig.World.Faults.Add(fault switch
        {
            nameof(Fault.DropAfterEffect) => Fault.DropAfterEffect,
            nameof(Fault.DropBeforeEffect) => Fault.DropBeforeEffect,
            nameof(Fault.Truncated) => Fault.Truncated,
            _ => Fault.RateLimit(TimeSpan.FromSeconds(1)),
        }, Systems.Railway, "DeploymentRollback", times: 1);
        await rig.CrashAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");

        Assert.Equal(1, rig.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task A_provider_that_is_away_makes_the_picture_partial_and_the_loop_goes_on()
    {
        // Turns only when asked for: more failures in a row would open the breaker for a minute.
        await using var rig = await RecoveryRig.StartAsync(settings: Asleep);
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        await rig.UntilAsleepAsync();
        rig.World.Faults.Add(Fault.NotJson, Systems.Railway, "EnvironmentServices");
        var turn = await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
        Assert.Single(turn.Missing);
        Assert.Empty(turn.Findings);

        rig.World.Faults.Clear();
        var bad = rig.World.Railway.Deploy("web", "bad", DeploymentFate.CrashesAfterStart);
        await Eventually.HoldsAsync(() => rig.World.Railway.Status(bad) == RailwayStatus.Crashed, "the bad deployment crashed", CancellationToken.None);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");
    }

    [Fact]
    public async Task What_a_log_orders_is_quoted_and_not_done_and_its_secrets_do_not_leave()
    {
        await using var rig = await RecoveryRig.StartAsync();
        await rig.CrashAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");
        await rig.UntilQuietAsync();

        var issue = Assert.Single(rig.World.GitHub.Issues);
        Assert.Contains("ignore previous instructions", issue.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hunter2", issue.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(await rig.AuditAsync(), row => System.Text.Json.JsonSerializer.Serialize(row).Contains("hunter2", StringComparison.Ordinal));
        Assert.Equal(["CreateComment", "CreateIssue", "DeploymentRollback", "Webhook"], rig.World.Mutations.Select(mutation => mutation.Operation).Distinct().Order());
    }

    [Fact]
    public async Task Two_nodes_on_one_database_act_once()
    {
        await using var rig = await RecoveryRig.StartAsync(StoreKind.Postgres);
        var other = await rig.AnotherAsync();
        await rig.CrashAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");
        await rig.UntilQuietAsync();
        await other.StopNodeAsync();

        Assert.Equal(1, rig.Mutations("DeploymentRollback"));
        Assert.Single(rig.World.GitHub.Issues);
        Assert.Equal(2, rig.World.N8n.Deliveries.Count);
    }

    [Fact]
    public async Task The_third_rollback_of_a_service_within_an_hour_raises_its_stop()
    {
        await using var rig = await RecoveryRig.StartAsync();
        rig.World.Railway.AddService("web", "good");
        for (var round = 1; round <= 3; round++)
        {
            await rig.UntilKnownGoodAsync("web");
            rig.World.Railway.Deploy("web", $"bad-{round}", DeploymentFate.CrashesAfterStart);
            var count = round;
            await Eventually.HoldsAsync(async () => (await rig.FindingsAsync()).Count(finding => finding.State == FindingState.Recovered) == count, $"recovery {round}", CancellationToken.None);
        }

        var stop = Assert.Single(await rig.Get<KillSwitch>().ActiveAsync(CancellationToken.None));
        Assert.Equal((StopScope.Service, "web"), (stop.Scope, stop.Subject));
        Assert.Contains("3 times", stop.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_look_at_many_services_sees_them_all()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: Asleep);
        await rig.UntilAsleepAsync();
        for (var number = 0; number < 120; number++)
        {
            rig.World.Railway.AddService($"service-{number}", "good");
        }

        var turn = await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);

        Assert.Empty(turn.Missing);
        Assert.Equal(120, turn.Services);
    }

    private static void Asleep(Dictionary<string, string?> settings)
    {
        settings["Operations:PollInterval"] = "00:10:00";
        settings["Operations:MovingInterval"] = "00:10:00";
    }
}
