using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Railway;

namespace Steward.Server.Tests.Scenarios;

/// <summary>Deployments: their states, what starts them, several at once, and one from a pull request there and back.</summary>
[Collection(SharedScenarios.Name)]
public sealed class DeploymentTests(ScenarioRig rig)
{
    [Fact]
    public async Task Scenario_06_A_deployment_goes_from_pending_over_building_and_deploying_to_active()
    {
        await rig.ServeAsync("states", "first");
        await rig.PutAsync("/api/services/states/watched", new JsonObject { ["watched"] = false });
        var id = rig.Railway.Deploy("states", "second", DeploymentFate.NeverFinishes);
        rig.Railway.ForceStatus(id, "QUEUED");
        await rig.PutAsync("/api/services/states/watched", new JsonObject { ["watched"] = true });
        foreach (var (word, state) in new[] { ("QUEUED", "pending"), ("BUILDING", "building"), ("DEPLOYING", "deploying"), ("SUCCESS", "active") })
        {
            rig.Railway.ForceStatus(id, word);
            await rig.UntilStateAsync(id, state);
            Assert.Equal(word, rig.Railway.Status(id));
        }

        // What is told late takes nothing back.
        rig.Railway.ForceStatus(id, "BUILDING");
        var turns = await rig.TurnsAsync();
        await rig.UntilAsync(async () => await rig.TurnsAsync() > turns + 2, "the loop has looked");
        Assert.Equal("active", await rig.StateAsync(id));
        rig.Railway.ForceStatus(id, "SUCCESS");
    }

    [Fact]
    public async Task Scenario_08_Railway_is_asked_to_deploy_once_and_followed_by_its_status()
    {
        await rig.ServeAsync("prices");
        // The answer to the request is lost: whether it happened is asked, not guessed.
        rig.World.Faults.Add(Fault.DropAfterEffect, Systems.Railway, "ServiceInstanceDeployV2", times: 1);

        var deploy = await rig.FollowAsync("/api/deploys", new JsonObject { ["service"] = "prices", ["commit"] = ScenarioRig.Commit("c0ffee") });

        Assert.True(ScenarioRig.Text(deploy, "state") == "succeeded", deploy.ToJsonString());
        Assert.Equal(1, rig.Performed("ServiceInstanceDeployV2", "prices"));
        var active = rig.Railway.Active("prices")!;
        Assert.Equal((ScenarioRig.Commit("c0ffee"), active.Id), (active.Commit, ScenarioRig.Text(deploy, "deploymentId")));
        await rig.UntilStateAsync(active.Id, "active");
        Assert.Equal("SUCCESS", ScenarioRig.Text((await rig.ListAsync("/api/deployments?limit=200")).Single(one => ScenarioRig.Text(one, "id") == active.Id), "rawStatus"));
    }

    [Fact]
    public async Task Scenario_12_Several_services_are_deployed_side_by_side_and_only_the_bad_one_is_undone()
    {
        string[] services = ["alpha", "beta", "gamma"];
        await Task.WhenAll(services.Select(service => rig.ServeAsync(service)));
        rig.Railway.SetFate(ScenarioRig.Commit("beef"), DeploymentFate.CrashesAfterStart);

        var asked = await Task.WhenAll(services.Select(service => rig.PostAsync("/api/deploys", Wish(service))));
        (await rig.TryPostAsync("/api/deploys", Wish("alpha"))).IsProblem(409, "deploy-under-way");
        var ended = await Task.WhenAll(asked.Select(one => rig.EndAsync((string)one["id"]!)));

        Assert.Equal(["succeeded", "rolledBack", "succeeded"], ended.Select(one => ScenarioRig.Text(one, "state")));
        Assert.Equal([ScenarioRig.Commit("cafe"), "good", ScenarioRig.Commit("cafe")], services.Select(service => rig.Railway.Active(service)!.Commit));
        Assert.Equal([2, 3, 2], services.Select(service => rig.Railway.Deployments(service).Count));
        Assert.All(services, service => Assert.Equal(1, rig.Performed("ServiceInstanceDeployV2", service)));

        static JsonObject Wish(string service) => new() { ["service"] = service, ["commit"] = service == "beta" ? ScenarioRig.Commit("beef") : ScenarioRig.Commit("cafe") };
    }

    [Fact]
    public async Task S001_A_pull_request_is_deployed_to_staging_its_health_and_metrics_are_read_and_it_is_rolled_back()
    {
        await rig.ServeAsync("web", environment: ScenarioRig.Staging);
        var staging = rig.World.RailwayIn(ScenarioRig.Staging);
        var nothing = await rig.FollowAsync("/api/deploys", new JsonObject { ["pullRequest"] = 9999, ["environment"] = ScenarioRig.Staging });
        Assert.Equal("refused", ScenarioRig.Text(nothing, "state"));
        Assert.Contains("There is no pull request 9999", ScenarioRig.Text(nothing, "note"), StringComparison.Ordinal);

        var number = rig.GreenPullRequest("For staging", "for-staging");
        var deploy = await rig.FollowAsync("/api/deploys", new JsonObject { ["pullRequest"] = number, ["environment"] = ScenarioRig.Staging });
        Assert.True(ScenarioRig.Text(deploy, "state") == "succeeded", deploy.ToJsonString());
        Assert.Matches($"^deploy-pr-{number}-\\d+$", ScenarioRig.Text(deploy, "correlationId"));
        var merged = rig.GitHub.PullRequests.Single(one => one.Number == number).MergeSha;
        Assert.Equal(merged, staging.Active("web")!.Commit);
        await rig.UntilAsync(() => rig.GitHub.Comments(number).Any(comment => comment.Body.Contains(ScenarioRig.Text(deploy, "correlationId")!, StringComparison.Ordinal)), "it is commented");

        await rig.UntilAsync(async () => (await rig.ListAsync("/api/services")).Any(one => ScenarioRig.Text(one, "name") == "web@staging" && ScenarioRig.Text(one, "health") == "healthy"), "it is healthy");
        staging.SetMetric("web", "MEMORY_LIMIT_GB", 1);
        staging.SetMetric("web", "MEMORY_USAGE_GB", 0.9);
        var metrics = await rig.UntilFindingAsync("web@staging", "highMemory", "open");
        Assert.Contains("90%", ScenarioRig.Text(metrics, "summary"), StringComparison.Ordinal);
        staging.SetMetric("web", "MEMORY_USAGE_GB", 0.1);
        await rig.UntilFindingAsync("web@staging", "highMemory", "recovered");

        var back = await rig.FollowAsync("/api/rollbacks", new JsonObject { ["service"] = "web", ["environment"] = ScenarioRig.Staging });
        Assert.True(ScenarioRig.Text(back, "state") == "succeeded", back.ToJsonString());
        Assert.Equal("good", staging.Active("web")!.Commit);
    }
}
