using Steward.Connectors.GitHub;
using Steward.Operations.Observe;
using Steward.Operations.Tests.Recovery;
using Steward.Simulation;
using Steward.Simulation.GitHub;

namespace Steward.Operations.Tests.Sources;

/// <summary>What looking at pull requests costs of the requests that GitHub grants in an hour.</summary>
public sealed class RepositorySourceTests
{
    private const int Open = 5;

    [Fact]
    public async Task What_is_as_it_was_is_not_asked_about_again_however_often_an_event_comes()
    {
        await using var rig = await StartAsync();
        await SettledAsync(rig);
        var asked = Asked(rig);

        for (var look = 0; look < 5; look++)
        {
            var picture = await LookAsync(rig);
            Assert.All(picture.PullRequests!, one => Assert.True(one is { IsKnown: true, Checks.State: ChecksState.Green }));
        }

        Assert.Equal(asked, Asked(rig));
    }

    [Fact]
    public async Task One_that_moved_on_is_asked_about_and_the_others_are_not()
    {
        await using var rig = await StartAsync();
        await SettledAsync(rig);
        var asked = Asked(rig);

        var head = rig.World.GitHub.Push("branch-3", "One more", new Dictionary<string, string> { ["b.txt"] = "b" });
        var picture = await LookAsync(rig);

        Assert.Equal(asked + 1, Asked(rig));
        Assert.Equal(ChecksState.None, picture.PullRequests!.Single(one => one.PullRequest.HeadSha == head).Checks!.State);
    }

    [Fact]
    public async Task One_whose_checks_run_is_asked_about_at_every_look_until_half_of_the_hour_is_used_up()
    {
        await using var rig = await StartAsync(RunState.Running);
        await LookAsync(rig);
        var first = Asked(rig);
        await LookAsync(rig);
        Assert.Equal(2 * first, Asked(rig));

        rig.World.GitHub.SpendRequests(2500);
        await LookAsync(rig);
        var low = Asked(rig);
        await LookAsync(rig);

        Assert.Equal(low, Asked(rig));
        Assert.True(rig.Get<GitHubAllowance>().IsLow);
    }

    private static async Task<RecoveryRig> StartAsync(RunState state = RunState.Green)
    {
        // The loop itself sleeps: the tests look.
        var rig = await RecoveryRig.StartAsync(settings: settings =>
        {
            settings["Operations:PollInterval"] = "00:10:00";
            settings["Operations:MovingInterval"] = "00:10:00";
        });
        await rig.UntilAsleepAsync();
        for (var number = 0; number < Open; number++)
        {
            rig.World.GitHub.SetChecks(rig.World.GitHub.AddPullRequest(head: $"branch-{number}"), state);
        }

        return rig;
    }

    // GitHub finds out at the first question whether one can be merged, and says so at a later one.
    private static async Task SettledAsync(RecoveryRig rig)
    {
        for (var look = 0; look < 10; look++)
        {
            if ((await LookAsync(rig)).PullRequests!.All(one => one.IsKnown))
            {
                return;
            }
        }

        Assert.Fail("GitHub never said whether they can be merged.");
    }

    private static Task<RepositoryPicture> LookAsync(RecoveryRig rig) =>
        rig.Get<RepositorySource>().PullRequestsAsync(GitHubRepo.Parse("acme/shop"), [], CancellationToken.None);

    private static int Asked(RecoveryRig rig) => rig.World.Calls.Of(Systems.GitHub, "ListCheckRuns");
}
