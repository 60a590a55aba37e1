using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.GitHub;
using Steward.Simulation.Railway;

namespace Steward.Server.Tests.Scenarios;

/// <summary>The server starts with all its clients, and its loop observes all sources.</summary>
[Collection(SharedScenarios.Name)]
public sealed class StartAndObserveTests(ScenarioRig rig)
{
    [Fact]
    public async Task Scenario_01_The_server_starts_with_all_its_clients_and_each_of_them_works()
    {
        Assert.Equal("connected", (string?)(await rig.GetAsync("/api/health"))["database"]);
        Assert.Equal(["production", "staging"], (await rig.GetAsync("/api/railway/check")).AsArray().Where(one => (bool)one!["isWell"]!).Select(one => (string?)one!["environment"]));
        var gitHub = await rig.GetAsync("/api/github/check");
        Assert.True((bool)gitHub["isWell"]!, gitHub.ToJsonString());
        Assert.Equal("app", (string?)gitHub["credentials"]);
        var n8n = await rig.GetAsync("/api/n8n/check");
        Assert.True((bool)n8n["isWell"]!, n8n.ToJsonString());

        var (told, messages, letters) = (rig.World.N8n.Deliveries.Count, rig.World.Telegram.Messages.Count, rig.World.Mail.Letters.Count);
        var test = await rig.PostAsync("/api/alerts/test");

        Assert.Equal(["mail", "n8n", "pagerduty", "telegram"], test["deliveries"]!.AsArray().Where(one => (string?)one!["state"] == "delivered").Select(one => (string)one!["channel"]!).Order());
        Assert.True(rig.World.N8n.Deliveries.Count > told && rig.World.Telegram.Messages.Count > messages && rig.World.Mail.Letters.Count > letters);
        Assert.NotEmpty(rig.World.PagerDuty.Alerts);
    }

    [Fact]
    public async Task Scenario_02_All_sources_are_observed_side_by_side()
    {
        await rig.ServeAsync("stock");
        rig.Railway.Deploy("stock", "broken", DeploymentFate.FailsInBuild);
        rig.Railway.SetMetric("stock", "MEMORY_USAGE_GB", 0.9);
        rig.Railway.SetMetric("stock", "MEMORY_LIMIT_GB", 1);
        var run = rig.GitHub.AddRun(RunState.Red, "nightly.yml", jobs: new SimulatedJob("build", RunState.Red, "src/Basket.cs(17,9): error CS1002: ; expected\n"));
        var pullRequest = rig.GreenPullRequest("A ready one", "observed");
        var workflow = await rig.FailAtN8nAsync("observed");

        await rig.UntilFindingAsync("stock", "deploymentFailed", "open", "closed");
        await rig.UntilFindingAsync("stock", "highMemory", "open");
        Assert.Equal($"run/{run}", ScenarioRig.Text(await rig.UntilFindingAsync("acme/shop", "ciFailed", "open"), "subject"));
        Assert.Equal($"pull-request/{pullRequest}", ScenarioRig.Text(await rig.UntilFindingAsync("acme/shop", "pullRequestReady", "waiting"), "subject"));
        await rig.UntilFindingAsync($"n8n/{workflow}", "workflowFailing", "open");
        var service = (await rig.ListAsync("/api/services")).Single(one => ScenarioRig.Text(one, "name") == "stock");
        Assert.Equal("healthy", ScenarioRig.Text(service, "health"));
        Assert.All([Systems.Railway, Systems.GitHub, Systems.N8n, Systems.Deployed], system => Assert.NotEqual(0, rig.World.Calls.Of(system)));

        // Over again, for those who come after.
        rig.Railway.SetMetric("stock", "MEMORY_USAGE_GB", 0.1);
        rig.GitHub.AddRun(RunState.Green, "nightly.yml");
        rig.GitHub.CloseIssue(pullRequest);
        rig.World.N8n.Unregister("observed");
        await rig.UntilFindingAsync("acme/shop", "ciFailed", "recovered");
    }

    [Fact]
    public async Task Scenario_02_A_source_that_does_not_answer_leaves_the_others()
    {
        await rig.ServeAsync("orders");
        rig.World.Faults.Add(Fault.ServerError(403), Systems.N8n, "ListWorkflows");
        await rig.UntilAsync(async () => ScenarioRig.Text(await rig.LoopAsync(), "result")!.Contains("no answer from n8n", StringComparison.Ordinal), "n8n is missing from the picture");
        rig.Railway.Deploy("orders", "broken", DeploymentFate.FailsInBuild);

        await rig.UntilFindingAsync("orders", "deploymentFailed", "open", "closed");

        rig.World.Faults.Clear();
        await rig.UntilAsync(async () => !ScenarioRig.Text(await rig.LoopAsync(), "result")!.Contains("no answer", StringComparison.Ordinal), "n8n is in the picture again");
    }

    [Fact]
    public async Task Ten_cycles_in_a_row_go_without_a_failure()
    {
        using var http = new HttpClient();
        var findings = (await rig.ListAsync("/api/findings?limit=200")).Count;
        for (var cycle = 0; cycle < 10; cycle++)
        {
            var before = await rig.TurnsAsync();
            using var answer = await http.PostAsync(new Uri(rig.Server.Address, $"webhooks/n8n/{ScenarioRig.N8nSecret}"),
                new StringContent($$"""{"event":"tick","executionId":"{{Guid.CreateVersion7()}}"}""", System.Text.Encoding.UTF8, "application/json"), ScenarioRig.Ending);
            Assert.Equal(202, (int)answer.StatusCode);
            await rig.UntilAsync(async () => await rig.TurnsAsync() > before && ScenarioRig.Text(await rig.LoopAsync(), "state") == "pending", $"cycle {cycle} is over");

            var loop = await rig.LoopAsync();
            Assert.Empty(loop["failures"]!.AsArray());
            Assert.DoesNotContain("no answer", ScenarioRig.Text(loop, "result"), StringComparison.Ordinal);
        }

        Assert.Equal(findings, (await rig.ListAsync("/api/findings?limit=200")).Count);
    }

    [Fact]
    public async Task Scenario_10_Three_services_are_watched_and_only_those_in_trouble_are_touched()
    {
        await Task.WhenAll(rig.ServeAsync("search"), rig.ServeAsync("basket"), rig.ServeAsync("letters"));
        rig.Railway.Deploy("basket", "dead", DeploymentFate.CrashesAfterStart);
        rig.Railway.Deploy("letters", "wrong", DeploymentFate.ServesErrors);

        await rig.UntilFindingAsync("basket", "deploymentCrashed", "recovered");
        await rig.UntilFindingAsync("letters", "deploymentUnhealthy", "recovered");
        await rig.UntilAsync(async () => (await ServicesAsync()).SequenceEqual([("basket", "active", "good", "healthy"), ("letters", "active", "good", "healthy"), ("search", "active", "good", "healthy")]), "all three serve well");

        Assert.All(["search", "basket", "letters"], service => Assert.Equal("good", rig.Railway.Active(service)!.Commit));
        Assert.Equal((1, 3, 3), (rig.Railway.Deployments("search").Count, rig.Railway.Deployments("basket").Count, rig.Railway.Deployments("letters").Count));
        Assert.DoesNotContain(await rig.ListAsync("/api/findings?limit=200"), one => ScenarioRig.Text(one, "service") == "search");
    }

    private async Task<IEnumerable<(string?, string?, string?, string?)>> ServicesAsync() => (await rig.ListAsync("/api/services"))
        .Where(one => ScenarioRig.Text(one, "name") is "search" or "basket" or "letters")
        .Select(one => (ScenarioRig.Text(one, "name"), ScenarioRig.Text(one, "state"), ScenarioRig.Text(one, "version"), ScenarioRig.Text(one, "health")));
}
