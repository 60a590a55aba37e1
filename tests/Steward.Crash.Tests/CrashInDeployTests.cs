using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Simulation.GitHub;

namespace Steward.Crash.Tests;

/// <summary>The server is killed in the middle of a deploy: it goes on where it stood, and each step of it takes effect once.</summary>
public sealed class CrashInDeployTests
{
    private const string Trusting =
        """
          - name: deploying-on-request
            decide: allow
            from: supervised
            guarded: false
            when: [asked-by-a-person]
            because: A person asked for it.
            actions: ["github.pull-request.merge", "railway.deployment.create"]
        """;

    [Theory]
    [InlineData(Systems.GitHub, "MergePullRequest", true)]
    [InlineData(Systems.GitHub, "MergePullRequest", false)]
    [InlineData(Systems.Railway, "ServiceInstanceDeployV2", true)]
    [InlineData(Systems.Railway, "ServiceInstanceDeployV2", false)]
    [InlineData(Systems.GitHub, "CreateComment", true)]
    public Task A_pull_request_is_merged_and_deployed_once_wherever_the_kill_comes(string system, string operation, bool afterEffect) => Scene.PlayAsync(async scene =>
    {
        var number = scene.World.GitHub.AddPullRequest();
        scene.World.GitHub.SetChecks(number, RunState.Green);
        var gate = afterEffect ? scene.World.Faults.HoldAfterEffect(system, operation) : scene.World.Faults.HoldBeforeEffect(system, operation);
        var id = (string)(await scene.PostAsync("api/deploys", new JsonObject { ["pullRequest"] = number }))["id"]!;
        await Scene.ReachedAsync(gate);

        await scene.KillAsync();
        gate.Drop();
        await scene.StartAsync();

        JsonNode? deploy = null;
        await Scene.UntilAsync(async () =>
        {
            deploy = (await scene.ListAsync("api/deploys")).Single(one => (string?)one["id"] == id);
            return deploy["closedAt"] is not null && (await scene.StepsAsync()).All(item => item["finishedAt"] is not null);
        }, "the deploy and its report are done");
        Assert.True((string?)deploy!["state"] is "succeeded" or "unverified", deploy.ToJsonString());
        Assert.Equal((1, 1, 0), (scene.Performed("MergePullRequest"), scene.Performed("ServiceInstanceDeployV2"), scene.Performed("DeploymentRollback")));
        Assert.Single(scene.World.GitHub.Comments(number));
        await scene.KillAsync();
        await new Aftermath(scene).TheChainIsWholeAsync();
    }, rule: Trusting);
}
