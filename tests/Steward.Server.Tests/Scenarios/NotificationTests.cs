using System.Text.Json.Nodes;
using Steward.Simulation.Railway;

namespace Steward.Server.Tests.Scenarios;

/// <summary>People hear of success and failure through a workflow of n8n, and of a workflow that fails in another way.</summary>
[Collection(SharedScenarios.Name)]
public sealed class NotificationTests(ScenarioRig rig)
{
    [Fact]
    public async Task Scenario_09_N8n_is_told_of_a_success_and_of_a_failure()
    {
        await rig.ServeAsync("tea");
        var good = await rig.FollowAsync("/api/deploys", new JsonObject { ["service"] = "tea", ["commit"] = ScenarioRig.Commit("aaaa") });
        await rig.UntilAsync(() => rig.Told("tea").Count == 1, "the success is told");
        rig.Railway.SetFate(ScenarioRig.Commit("bbbb"), DeploymentFate.CrashesAfterStart);
        var bad = await rig.FollowAsync("/api/deploys", new JsonObject { ["service"] = "tea", ["commit"] = ScenarioRig.Commit("bbbb") });
        await rig.UntilAsync(() => rig.Told("tea").Count == 4, "the failure, its end and what became of the deploy are told");

        Assert.Equal(("succeeded", "rolledBack"), (ScenarioRig.Text(good, "state"), ScenarioRig.Text(bad, "state")));
        Assert.Equal("SUCCESS", ScenarioRig.Text(rig.Told("tea")[0], "status"));
        Assert.Equal(["FAILED", "FAILED", "RECOVERED"], rig.Told("tea").Skip(1).Select(alert => ScenarioRig.Text(alert, "status")!).Order());
        Assert.Contains(rig.Told("tea"), alert => ScenarioRig.Text(alert, "correlationId") == ScenarioRig.Text(bad, "correlationId"));
        await rig.UntilAsync(async () => (await rig.ListAsync("/api/alerts?service=tea&limit=50")) is { Count: 4 } alerts && alerts.All(alert => ScenarioRig.Text(alert, "state") == "delivered"), "the API says that all were delivered");
        var told = rig.World.N8n.Deliveries.Where(one => one.Path == ScenarioRig.AlertPath).Select(one => one.ExecutionId).ToHashSet();
        Assert.All((await rig.ListAsync("/api/n8n/executions?limit=50")).Where(one => told.Contains(ScenarioRig.Text(one, "id")!)), one => Assert.Equal("success", ScenarioRig.Text(one, "status")));
    }

    [Fact]
    public async Task Scenario_09_A_notification_that_fails_is_a_failed_notification_and_changes_nothing_about_the_deploy()
    {
        await rig.ServeAsync("coffee");
        rig.World.N8n.Unregister(ScenarioRig.AlertPath);
        try
        {
            var deploy = await rig.FollowAsync("/api/deploys", new JsonObject { ["service"] = "coffee", ["commit"] = ScenarioRig.Commit("aaaa") });
            Assert.Equal("succeeded", ScenarioRig.Text(deploy, "state"));
            JsonNode? alert = null;
            await rig.UntilAsync(async () => (alert = await rig.ListAsync("/api/alerts?service=coffee") is [var told, ..] ? told : null) is not null
                && (alert = await rig.GetAsync($"/api/alerts/{alert["id"]}"))["deliveries"]!.AsArray().All(one => (string?)one!["state"] is "delivered" or "failed"), "every channel came to an end");

            Assert.Equal([("mail", "delivered"), ("n8n", "failed"), ("telegram", "delivered")],
                alert!["deliveries"]!.AsArray().Select(one => ((string)one!["channel"]!, (string)one["state"]!)).OrderBy(one => one.Item1, StringComparer.Ordinal));
            Assert.Empty(rig.Told("coffee"));
        }
        finally
        {
            rig.World.N8n.Register(ScenarioRig.AlertPath);
        }
    }
}
