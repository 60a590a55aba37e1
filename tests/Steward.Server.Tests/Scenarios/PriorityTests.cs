using Steward.Simulation.GitHub;
using Steward.Simulation.Railway;

namespace Steward.Server.Tests.Scenarios;

/// <summary>Decisions that are made at once, on a server of its own: the most urgent first.</summary>
public sealed class PriorityTests
{
    [Fact]
    public async Task Scenario_11_What_is_decided_at_once_is_carried_out_in_the_order_of_its_priority()
    {
        // One hand: what comes first is seen.
        await using var own = new ScenarioRig(said => said["Work:Concurrency"] = "1");
        await own.InitializeAsync();
        await own.ServeAsync("web");
        await own.StopServerAsync();
        var bad = own.Railway.Deploy("web", "bad", DeploymentFate.CrashesAfterStart);
        await own.FailAtN8nAsync("reports");
        own.GitHub.AddRun(RunState.Red, jobs: new SimulatedJob("build", RunState.Red, "src/Basket.cs(17,9): error CS1002: ; expected\n"));
        own.GreenPullRequest("A ready one", "ready");
        await Steward.Testing.Eventually.HoldsAsync(() => own.Railway.Status(bad) == "CRASHED", "it crashed", ScenarioRig.Ending);
        var before = own.World.Mutations.Count;

        await own.StartServerAsync();
        await own.UntilFindingAsync("web", "deploymentCrashed", "recovered");
        await own.UntilFindingAsync("acme/shop", "pullRequestReady", "waiting");

        Assert.Equal([10, 9, 7, 5], (await own.ListAsync("/api/audit?kind=decision&limit=200")).Reverse()
            .Select(row => row["detail"]!["decisions"]!.AsArray().Max(decision => (int)decision!["priority"]!)));
        Assert.Equal("DeploymentRollback", own.World.Mutations[before].Operation);
    }
}
