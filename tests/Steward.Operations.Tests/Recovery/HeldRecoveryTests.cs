using System.Text.Json.Nodes;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Platform.Work;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>What people hear of a recovery that may not begin.</summary>
public sealed class HeldRecoveryTests
{
    [Fact]
    public async Task People_are_told_that_a_recovery_waits_for_them_and_how_to_decide()
    {
        await using var rig = await RecoveryRig.StartAsync(policy: "services: { web: supervised }");
        await rig.CrashAsync();
        var approval = await rig.PendingApprovalAsync();

        await Told(rig, "\"WAITING\"", $"steward approvals approve {approval}", "web waits for your approval");
        await Told(rig, "\"APPROVAL\"", $"steward approvals approve {approval}", "railway.deployment.rollback");
        await Told(rig, "\"FAILED\"", "Decided: go back to good");
        Assert.Equal(FindingState.Waiting, Assert.Single(await OpenAsync(rig)).State);
        Assert.DoesNotContain(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("Rolling back", StringComparison.Ordinal));
        Assert.Single(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("\"WAITING\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_finding_waits_for_is_called_off_with_the_finding()
    {
        await using var rig = await RecoveryRig.StartAsync(policy: "services: { web: supervised }");
        await rig.CrashAsync();
        await rig.PendingApprovalAsync();
        var finding = Assert.Single(await OpenAsync(rig));
        var item = Assert.Single((await rig.Get<WorkLedger>().ListAsync(null, "operations.roll-back", new PageRequest(), CancellationToken.None)).Items);
        string[] waitedFor = ["operations.roll-back", "operations.verify", "operations.restart", "operations.verify-restart", "operations.merge", "operations.mend-run"];
        Assert.All(waitedFor, kind => Assert.Contains($"steward findings close {finding.Id}", rig.Get<IEnumerable<IWorkHandler>>().Single(one => one.Kind == kind).CallOff(item), StringComparison.Ordinal));
    }

    [Fact]
    public async Task People_are_told_that_a_stop_holds_a_recovery_and_how_to_lift_it()
    {
        await using var rig = await RecoveryRig.StartAsync();
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Service, "web", "I look into it.", Actor.Person("anna"), CancellationToken.None);
        await rig.CrashAsync("bad");

        await Told(rig, "\"HELD\"", "I look into it.", "person:anna", "steward resume --service");

        await rig.Get<KillSwitch>().LiftAsync(StopScope.Service, "web", null, Actor.Person("anna"), CancellationToken.None);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "the service has recovered");
        await Told(rig, "\"RECOVERED\"");
        Assert.Empty(await OpenAsync(rig));
    }

    [Fact]
    public async Task Under_the_stop_of_everything_people_hear_of_trouble_all_the_same_and_of_each_stop_that_holds_it()
    {
        await using var rig = await RecoveryRig.StartAsync();
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Global, "", "Everything stands still.", Actor.Person("anna"), CancellationToken.None);
        await rig.CrashAsync("bad");
        await Told(rig, "\"HELD\"", "Everything stands still.");
        await Told(rig, "\"FAILED\"", "web is in trouble");

        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Service, "web", "Not this one.", Actor.Person("anna"), CancellationToken.None);
        await rig.Get<KillSwitch>().LiftAsync(StopScope.Global, "", null, Actor.Person("anna"), CancellationToken.None);
        await Told(rig, "\"HELD\"", "Not this one.");
        Assert.DoesNotContain(rig.World.Mutations, mutation => mutation.Operation == "DeploymentRollback");
    }

    [Theory]
    [InlineData("approve", "WAITING")]
    [InlineData("deny", "STUCK")]
    public async Task People_hear_of_the_trouble_before_they_hear_what_its_recovery_waits_for(string decision, string status)
    {
        await using var rig = await RecoveryRig.StartAsync(rule:
            $"""
              - name: no-going-back
                decide: {decision}
                actions: ["railway.deployment.rollback"]
            """);
        var log = rig.World.Faults.HoldBeforeEffect(Systems.Railway, "DeploymentLogs");
        await rig.CrashAsync();
        await log.Reached;
        await Eventually.HoldsAsync(async () => (await rig.Get<WorkLedger>().ListAsync(null, "operations.roll-back", new PageRequest(), CancellationToken.None)).Items
            .Any(item => item.Result is not null), "the gate was asked", CancellationToken.None);
        log.Release();
        await Told(rig, $"\"{status}\"");

        Assert.Equal(["FAILED", status], rig.World.N8n.Deliveries.Select(delivery => (string?)JsonNode.Parse(delivery.Body)!["status"]).Where(one => one is "FAILED" or "WAITING" or "STUCK"));
    }

    private static async Task<IReadOnlyList<Finding>> OpenAsync(RecoveryRig rig) =>
        (await rig.Database.ReadAsync(session => FindingStore.ListAsync(session, FindingState.Open, null, new PageRequest()), CancellationToken.None)).Items;

    private static Task Told(RecoveryRig rig, params string[] pieces) => Eventually.HoldsAsync(
        () => rig.World.N8n.Deliveries.Any(delivery => pieces.All(piece => delivery.Body.Contains(piece, StringComparison.Ordinal))), $"it is told: {string.Join(", ", pieces)}", CancellationToken.None);
}
