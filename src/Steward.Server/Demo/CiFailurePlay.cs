using Steward.Simulation.GitHub;

namespace Steward.Server.Demo;

/// <summary>A run of the default branch fails, first by bad luck, then in earnest.</summary>
internal sealed class CiFailurePlay : Play
{
    public override string Name => "ci-failure";

    public override string Summary => "A run fails by bad luck and is run again; another one fails in earnest and gets one issue, closed when it is green.";

    public override async Task<bool> RunAsync(Demonstration show, CancellationToken cancellationToken)
    {
        var gitHub = show.World.GitHub;
        Demonstration.Say("A run of ci.yml on the default branch fails: the package registry did not answer.");
        var story = Demonstration.Begin();
        gitHub.NextRuns = RunState.Green;
        gitHub.AddRun(RunState.Red, jobs: [new SimulatedJob("test", RunState.Red, "npm ERR! network request to https://registry.example failed, reason: connect ETIMEDOUT 203.0.113.7:443\n##[error]Process completed with exit code 1.\n")]);
        await show.FollowAsync(story, async () => await show.HasEndedAsync(1), cancellationToken);

        Demonstration.Say("\nThe next run fails in earnest: somebody broke the build.");
        gitHub.AddRun(RunState.Red, jobs: [new SimulatedJob("build", RunState.Red, "src/Basket.cs(17,9): error CS1002: ; expected\n##[error]Process completed with exit code 1.\n")]);
        await show.FollowAsync(story, () => Task.FromResult(gitHub.Issues.Any(issue => issue.State == "open")), cancellationToken);
        Demonstration.Say($"\nIssue: {gitHub.Issues[0].Title}\nSomebody mends it; the next run is green.");
        gitHub.AddRun();
        await show.FollowAsync(story, async () => await show.HasEndedAsync(2) && gitHub.Issues.All(issue => issue.State == "closed"), cancellationToken);
        return gitHub.Issues.Count == 1;
    }
}
