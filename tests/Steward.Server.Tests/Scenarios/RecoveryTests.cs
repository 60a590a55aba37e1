using System.Text.Json.Nodes;
using Steward.Simulation.Railway;

namespace Steward.Server.Tests.Scenarios;

/// <summary>What fails is undone and told: through the API and in the world.</summary>
[Collection(SharedScenarios.Name)]
public sealed class RecoveryTests(ScenarioRig rig)
{
    [Fact]
    public async Task Scenario_04_A_failed_deployment_is_rolled_back_with_an_issue_and_alerts()
    {
        await rig.ServeAsync("web");
        var good = rig.Railway.Active("web")!.Id;
        var bad = rig.Railway.Deploy("web", "bad", DeploymentFate.CrashesAfterStart);
        var finding = await rig.UntilFindingAsync("web", "deploymentCrashed", "recovered");
        await rig.UntilAsync(() => rig.Told("web").Count == 2 && rig.GitHub.Issues.Any(issue => issue.Title.Contains(bad, StringComparison.Ordinal)), "it is told");

        Assert.Equal("good", rig.Railway.Active("web")!.Commit);
        Assert.Equal(1, rig.Performed("DeploymentRollback", good));
        Assert.Equal(["FAILED", "RECOVERED"], rig.Told("web").Select(alert => ScenarioRig.Text(alert, "status")));
        Assert.Contains(rig.World.PagerDuty.Alerts, alert => alert.Summary.Contains("web", StringComparison.Ordinal));
        Assert.Contains(rig.World.Telegram.Messages, message => message.Text.Contains("web is in trouble", StringComparison.Ordinal));
        Assert.Equal(["RollBack", "OpenIssue", "Alert"], finding["decisions"]!.AsArray().Select(one => char.ToUpperInvariant(((string)one!["kind"]!)[0]) + ((string)one["kind"]!)[1..]));
        Assert.Equal(
            ["decision", "call.permitted", "call.started", "call.succeeded", "verified"],
            (await rig.TrailAsync(finding)).Where(row => ScenarioRig.Text(row, "action") is "RollBack, OpenIssue, Alert" or "railway.deployment.rollback").Select(row => ScenarioRig.Text(row, "kind")));
    }

    [Fact]
    public async Task A_deployment_of_a_service_that_never_said_how_it_is_is_neither_undone_nor_called_verified()
    {
        // Nothing is set about its health, so the address is asked that Railway tells of; nobody has ever answered there.
        var commit = ScenarioRig.Commit("dead");
        await rig.ServeAsync("unset");
        var good = rig.Railway.Active("unset")!.Id;

        var deploy = await rig.FollowAsync("/api/deploys", new JsonObject { ["service"] = "unset", ["commit"] = commit });

        Assert.True(ScenarioRig.Text(deploy, "state") == "unverified", deploy.ToJsonString());
        Assert.Equal((commit, 0), (rig.Railway.Active("unset")!.Commit, rig.Performed("DeploymentRollback", good)));
        Assert.Empty(await rig.ListAsync("/api/findings?service=unset"));
    }

    [Fact]
    public async Task Scenario_07_A_rollback_goes_from_failed_over_rolling_back_to_rolled_back()
    {
        await rig.ServeAsync("guarded");
        var good = rig.Railway.Active("guarded")!.Id;
        // What the rollback starts comes up only when the test says so.
        rig.Railway.ChangeFate(good, DeploymentFate.NeverFinishes);
        var bad = rig.Railway.Deploy("guarded", "bad");
        await rig.UntilGoodAsync("guarded", "bad");
        rig.Railway.ForceStatus(bad, "FAILED");
        await rig.UntilStateAsync(bad, "failed");

        var asked = await rig.UntilAskedAsync("railway.deployment.rollback", good);
        Assert.Equal(0, rig.Performed("DeploymentRollback", good));
        await rig.PostAsync($"/api/approvals/{asked["id"]}/approve");
        await rig.UntilStateAsync(bad, "rollingBack");
        Assert.Equal(1, rig.Performed("DeploymentRollback", good));

        rig.Railway.ForceStatus(rig.Railway.Deployments("guarded")[0].Id, "SUCCESS");
        await rig.UntilStateAsync(bad, "rolledBack");
        await rig.UntilFindingAsync("guarded", "deploymentFailed", "recovered");
        Assert.Equal("good", rig.Railway.Active("guarded")!.Commit);
    }
}
