using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Simulation.GitHub;
using Steward.Simulation.Railway;

namespace Steward.Server.Demo;

/// <summary>Two pull requests are deployed: a good one, and one that is green in CI and bad in production.</summary>
internal sealed class DeployPlay : Play
{
    public override string Name => "deploy-pr";

    public override string Summary => "A pull request is merged, deployed and verified; the next one is green in CI, bad in production, and undone.";

    public override IEnumerable<(string Name, string Value)> Settings(World world) =>
    [
        ("STEWARD_Operations__HealthPatience", "00:00:02"),
        ("STEWARD_Operations__AutoDeployGrace", "00:00:00"),
    ];

    // A person's wish is enough here, unless the person at the terminal wants to be asked for each step.
    public override string Policy(string text, bool approve) => approve ? text : text.Replace("\nrules:\n",
        """

        rules:
          - name: deploying-on-request
            decide: allow
            from: supervised
            when: [asked-by-a-person]
            because: A person asked for it.
            actions: ["github.pull-request.merge", "railway.deployment.create"]

        """, StringComparison.Ordinal);

    public override async Task<bool> RunAsync(Demonstration show, CancellationToken cancellationToken)
    {
        await show.ServeGreenAsync(cancellationToken);
        var good = await DeployAsync(show, "A better basket", "basket", cancellationToken);
        Demonstration.Say("\nThe next pull request is green in CI, too. In production it will answer with errors.");
        show.World.Railway.FateOfOthers = DeploymentFate.ServesErrors;
        var bad = await DeployAsync(show, "A faster search", "search", cancellationToken);
        return (good, bad) == ("succeeded", "rolledBack");
    }

    private static async Task<string?> DeployAsync(Demonstration show, string title, string branch, CancellationToken cancellationToken)
    {
        var gitHub = show.World.GitHub;
        var number = gitHub.AddPullRequest(title, branch);
        gitHub.SetChecks(number, RunState.Green);
        Demonstration.Say($"\n$ steward deploy pr {number}      # \"{title}\", its checks are green");
        var alerts = show.World.N8n.Deliveries.Count;
        var story = Demonstration.Begin();
        var asked = await show.PostAsync("api/deploys", new JsonObject { ["pullRequest"] = number });
        JsonNode? deploy = null;
        await show.FollowAsync(story, async () =>
        {
            deploy = await show.GetAsync($"api/deploys/{asked["id"]}");
            return deploy["closedAt"] is not null && gitHub.Comments(number).Count > 0 && show.World.N8n.Deliveries.Count > alerts;
        }, cancellationToken);
        Demonstration.Say($"\n{(string?)deploy!["title"]}: {(string?)deploy["state"]}. {(string?)deploy["note"]}\nThe comment on the pull request begins: {gitHub.Comments(number)[0].Body.Split('\n')[0]}");
        return (string?)deploy["state"];
    }
}
