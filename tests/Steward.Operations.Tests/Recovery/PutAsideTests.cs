using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Platform.Work;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Railway;

namespace Steward.Operations.Tests.Recovery;

/// <summary>What is put aside has ended: nobody is called for it, nothing more is done about it, and it is not told as a recovery.</summary>
public sealed class PutAsideTests
{
    private const string NoGoingBack =
        """
          - name: no-going-back
            decide: deny
            actions: ["railway.deployment.rollback"]
        """;

    private static readonly Actor Anna = Actor.Person("anna");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_put_aside_before_people_heard_of_it_is_not_told(bool isClosed)
    {
        await using var rig = await RecoveryRig.StartAsync(prepare: RecoveryRig.WithHealthUrl, settings: ServedLong);
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        // Both the alert and the issue read it.
        Steward.Simulation.Faults.Gate[] logs = [rig.World.Faults.HoldBeforeEffect(Systems.Railway, "DeploymentLogs"), rig.World.Faults.HoldBeforeEffect(Systems.Railway, "DeploymentLogs")];
        rig.World.Railway.ChangeFate(rig.World.Railway.Active("web")!.Id, DeploymentFate.ServesErrors);
        await Task.WhenAll(logs.Select(log => log.Reached));

        await PutAsideAsync(rig, Assert.Single(await rig.FindingsAsync()), isClosed);
        Array.ForEach(logs, log => log.Release());
        await rig.UntilQuietAsync();

        Assert.Empty(rig.World.N8n.Deliveries);
        Assert.Empty(rig.World.GitHub.Issues);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Everything_that_people_heard_of_an_outage_ends_as_put_aside_with_it(bool isClosed)
    {
        await using var rig = await RecoveryRig.StartAsync(settings: ServedLong, rule: NoGoingBack);
        var leaking = await rig.TwoGoodAsync("web", "good", "leaking");
        rig.World.Railway.ChangeFate(leaking, DeploymentFate.CrashesAfterStart);
        rig.World.Railway.ForceStatus(leaking, RailwayStatus.Crashed);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding is { State: FindingState.Stuck, ToldAt: not null }, "it is not gone back from");
        await rig.UntilQuietAsync();
        var findings = await rig.FindingsAsync();
        Assert.Equal(2, findings.Count);

        await PutAsideAsync(rig, findings[0], isClosed);
        await rig.UntilQuietAsync();

        Assert.Equal((2, 0), (rig.Told("CLOSED"), rig.Told("RECOVERED")));
    }

    [Fact]
    public async Task Nothing_that_is_driven_again_acts_on_a_service_that_was_left_alone()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: ServedLong);
        var crashed = await rig.TwoGoodAsync("web", "good", "newer");
        rig.World.Faults.Add(Fault.ServerError(400), Systems.Railway, "DeploymentRestart");
        rig.World.Faults.Add(Fault.ServerError(400), Systems.Railway, "DeploymentRollback");
        rig.World.Railway.ForceStatus(crashed, RailwayStatus.Crashed);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding is { State: FindingState.Stuck, ToldAt: not null }, "it could not be brought back");
        await rig.UntilQuietAsync();
        await PutAsideAsync(rig, (await rig.FindingsAsync())[0], isClosed: false);

        rig.World.Faults.Clear();
        foreach (var kind in new[] { "operations.roll-back", "operations.restart" })
        {
            var dead = Assert.Single((await rig.Get<WorkLedger>().ListAsync(WorkState.Dead, kind, new PageRequest(), CancellationToken.None)).Items);
            Assert.False((await rig.Database.WriteAsync(session => rig.Get<WorkLedger>().RedriveAsync(session, dead.Id), CancellationToken.None)).IsRefused);
        }

        await rig.UntilQuietAsync();
        Assert.Equal((0, 0), (rig.Mutations("DeploymentRollback"), rig.Mutations("DeploymentRestart")));
    }

    // A person says that it is over, or leaves the service alone.
    private static async Task PutAsideAsync(RecoveryRig rig, Finding finding, bool isClosed)
    {
        if (isClosed)
        {
            Assert.False((await rig.Get<CloseFinding>().HandleAsync(finding.Id, null, Anna, CancellationToken.None)).IsRefused);
            return;
        }

        await rig.Get<SetWatched>().HandleAsync("web", watched: false, Anna, CancellationToken.None);
        await rig.LookAsync();
        await rig.UntilFindingAsync(one => one.Id == finding.Id && one.ClosedAt is not null, "it is put aside");
    }

    // Without a watch window every deployment has served for long.
    private static void ServedLong(Dictionary<string, string?> settings) => settings["Operations:WatchWindow"] = "00:00:00";
}
