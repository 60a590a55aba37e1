using Steward.Governance.Approvals;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Operations.Findings;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>Whoever heard of an outage hears of its end, whoever ended it, and not before.</summary>
public sealed class OutageEndTests
{
    [Fact]
    public async Task The_errors_of_what_served_for_long_are_open_until_it_answers_well_and_told_again_the_next_time()
    {
        await using var rig = await RecoveryRig.StartAsync(prepare: RecoveryRig.WithHealthUrl, settings: ServedLong);
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        var serving = rig.World.Railway.Active("web")!.Id;
        for (var outage = 1; outage <= 2; outage++)
        {
            rig.World.Railway.ChangeFate(serving, DeploymentFate.ServesErrors);
            await UntilToldAsync(rig, "FAILED", outage);
            await rig.UntilQuietAsync();
            Assert.Equal(FindingState.Open, (await rig.FindingsAsync())[0].State);
            Assert.Equal("open", rig.World.GitHub.Issues[^1].State);

            rig.World.Railway.ChangeFate(serving, DeploymentFate.Good);
            await UntilToldAsync(rig, "RECOVERED", outage);
            await rig.UntilQuietAsync();
            Assert.Equal(FindingState.Recovered, (await rig.FindingsAsync())[0].State);
            Assert.All(rig.World.GitHub.Issues, issue => Assert.Equal("closed", issue.State));
        }

        Assert.Equal(0, rig.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task A_crash_without_anything_to_go_back_to_is_open_until_something_serves_well()
    {
        await using var rig = await RecoveryRig.StartAsync();
        rig.World.Railway.AddService("web");
        var crashed = await rig.CrashAsync("first");
        await UntilToldAsync(rig, "FAILED", 1);
        await rig.UntilQuietAsync();
        Assert.Equal(FindingState.Open, Assert.Single(await rig.FindingsAsync()).State);

        rig.World.Railway.Deploy("web", "mended");
        await rig.UntilFindingAsync(finding => finding.DeploymentId == crashed && finding.State == FindingState.Recovered, "it is over");
        await UntilToldAsync(rig, "RECOVERED", 1);
        await rig.UntilQuietAsync();
        Assert.Equal("closed", Assert.Single(rig.World.GitHub.Issues).State);
    }

    [Fact]
    public async Task What_waits_for_a_person_is_over_when_somebody_goes_back_by_hand_and_nobody_need_decide_any_more()
    {
        await using var rig = await RecoveryRig.StartAsync(policy: "services: { web: supervised }");
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        var good = rig.World.Railway.Active("web")!.Id;
        await rig.CrashAsync("bad");
        var approval = await rig.PendingApprovalAsync();
        await UntilToldAsync(rig, "WAITING", 1);

        rig.World.Railway.RollBack(good);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it is over");
        await UntilToldAsync(rig, "RECOVERED", 1);
        await rig.UntilQuietAsync();

        Assert.True((await rig.Get<DecideApproval>().HandleAsync(approval, approve: true, Actor.Person("anna"), null, CancellationToken.None)).IsRefused);
        Assert.Equal(0, rig.Mutations("DeploymentRollback"));
        var issue = Assert.Single(rig.World.GitHub.Issues);
        Assert.Equal("open", issue.State);
        Assert.Contains(rig.World.GitHub.Comments(issue.Number), comment => comment.Body.Contains("It was undone", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_stop_holds_is_over_when_it_comes_back_by_itself(bool isOverBeforeTheStop)
    {
        await using var rig = await RecoveryRig.StartAsync(settings: settings =>
        {
            ServedLong(settings);
            settings["Operations:PollInterval"] = settings["Operations:MovingInterval"] = "00:10:00";
        });
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        var serving = rig.World.Railway.Active("web")!.Id;
        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Service, "web", "I look into it.", Actor.Person("anna"), CancellationToken.None);
        rig.World.Railway.ForceStatus(serving, RailwayStatus.Crashed);
        await rig.LookAsync();
        await UntilToldAsync(rig, "HELD", 1);

        rig.World.Railway.ForceStatus(serving, RailwayStatus.Success);
        if (isOverBeforeTheStop)
        {
            await rig.LookAsync();
            await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it is over");
        }

        await rig.Get<KillSwitch>().LiftAsync(StopScope.Service, "web", null, Actor.Person("anna"), CancellationToken.None);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it is over");
        await rig.UntilQuietAsync();

        Assert.Equal((0, 0), (rig.Mutations("DeploymentRestart"), rig.Mutations("DeploymentRollback")));
        Assert.Equal(1, rig.Told("RECOVERED"));
        Assert.Equal("closed", Assert.Single(rig.World.GitHub.Issues).State);
    }

    [Fact]
    public async Task What_comes_back_and_dies_again_behind_a_stop_is_started_once_more_for_its_last_crash()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: ServedLong);
        var leaking = await rig.TwoGoodAsync("web", "good", "leaking");
        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Service, "web", "I look into it.", Actor.Person("anna"), CancellationToken.None);
        rig.World.Railway.ForceStatus(leaking, RailwayStatus.Crashed);
        await rig.LookAsync();
        await UntilToldAsync(rig, "HELD", 1);

        rig.World.Railway.ForceStatus(leaking, RailwayStatus.Success);
        rig.World.Railway.ForceStatus(leaking, RailwayStatus.Crashed);
        await rig.LookAsync();
        await rig.Get<KillSwitch>().LiftAsync(StopScope.Service, "web", null, Actor.Person("anna"), CancellationToken.None);

        // Looked at all the time while it starts.
        await Eventually.HoldsAsync(async () =>
        {
            await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
            return (await rig.FindingsAsync()).Any(finding => finding.State == FindingState.Recovered);
        }, "it is over", CancellationToken.None);
        await rig.UntilQuietAsync();
        Assert.Equal((1, 0), (rig.Mutations("DeploymentRestart"), rig.Mutations("DeploymentRollback")));
        Assert.Equal(leaking, rig.World.Railway.Active("web")!.Id);
    }

    private static Task UntilToldAsync(RecoveryRig rig, string status, int times) =>
        Eventually.HoldsAsync(() => rig.Told(status) == times, $"{status} is told {times} times", CancellationToken.None);

    // Without a watch window every deployment has served for long.
    private static void ServedLong(Dictionary<string, string?> settings) => settings["Operations:WatchWindow"] = "00:00:00";
}
