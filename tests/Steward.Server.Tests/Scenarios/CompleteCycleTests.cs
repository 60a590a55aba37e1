using System.Text.Json.Nodes;
using Steward.Simulation.GitHub;

namespace Steward.Server.Tests.Scenarios;

/// <summary>One cycle from observing to acting, on a server of its own that only events move.</summary>
public sealed class CompleteCycleTests
{
    [Fact]
    public async Task Scenario_05_A_complete_cycle_goes_from_an_event_to_its_verified_end()
    {
        // It polls every ten minutes: only events move it.
        await using var own = new ScenarioRig(said => (said["Operations:PollInterval"], said["Operations:MovingInterval"]) = ("00:10:00", "00:10:00"));
        await own.InitializeAsync();
        var run = own.GitHub.AddRun(RunState.Red, jobs: new SimulatedJob("build", RunState.Red, "src/Basket.cs(17,9): error CS1002: ; expected\n"));
        var finding = await own.UntilFindingAsync("acme/shop", "ciFailed", "open");
        await own.UntilAsync(() => own.GitHub.Issues.Count == 1 && own.Told("acme/shop").Count == 1, "it is told");
        Assert.Contains("error CS1002", own.GitHub.Issues[0].Body, StringComparison.Ordinal);
        Assert.Contains($"{run}", own.GitHub.Issues[0].Title, StringComparison.Ordinal);

        own.GitHub.AddRun();
        await own.UntilFindingAsync("acme/shop", "ciFailed", "recovered");
        await own.UntilAsync(() => own.GitHub.Issues[0].State == "closed" && own.Told("acme/shop").Count == 2, "the end is told");

        // The world changes before the answer is written down.
        IReadOnlyList<JsonNode> trail = [];
        await own.UntilAsync(async () => (trail = await own.TrailAsync(finding)).Any(row => ScenarioRig.Text(row, "kind") == "call.succeeded" && ScenarioRig.Text(row, "action") == "github.issue.close"), "the end is written down");

        Assert.Equal("decision", ScenarioRig.Text(trail[0], "kind"));
        foreach (var action in new[] { "github.issue.create", "github.issue.close" })
        {
            Assert.Equal(["call.permitted", "call.started", "call.succeeded"], trail.Where(row => ScenarioRig.Text(row, "action") == action).Select(row => ScenarioRig.Text(row, "kind")));
        }

        Assert.Contains(await own.ListAsync("/api/work?kind=operations.event&limit=200"), item => (string?)JsonNode.Parse(ScenarioRig.Text(item, "payload")!)!["kind"] == "workflow_run");
        Assert.True((bool)(await own.PostAsync("/api/audit/verify"))["isWhole"]!);
    }
}
