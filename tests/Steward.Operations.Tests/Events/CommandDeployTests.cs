using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Operations.Deploys;
using Steward.Operations.Events;
using Steward.Simulation.GitHub;
using Steward.Simulation.Railway;
using Steward.Testing;
using static Steward.Operations.Tests.Events.CommandScene;

namespace Steward.Operations.Tests.Events;

/// <summary>/deploy and /rollback: a deploy like any other, asked for in a comment and told there.</summary>
public sealed class CommandDeployTests
{
    [Fact]
    public async Task A_pull_request_is_deployed_from_its_thread_and_taken_back_from_there()
    {
        await using var rig = await StartAsync(Trusting);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        await rig.SayAsync("/deploy production");

        var deployed = await EndedAsync(rig, DeployKind.PullRequest);
        Assert.True(deployed.State == DeployState.Succeeded, $"{deployed.State}: {deployed.Note}");
        Assert.Equal("person:anna@github", deployed.RequestedBy);
        Assert.Contains(deployed.CorrelationId, (await rig.AnswersAsync())[0], StringComparison.Ordinal);

        await rig.SayAsync("/status");
        Assert.Contains("This pull request\n  Deploy of pull request", (await rig.AnswersAsync())[1], StringComparison.Ordinal);
        await rig.SayAsync("/rollback");
        var back = await EndedAsync(rig, DeployKind.RollBack);
        Assert.True(back.State == DeployState.Succeeded, $"{back.State}: {back.Note}");
        Assert.Equal("good", rig.Node.World.Railway.Active("web")!.Commit);
        await rig.Node.UntilQuietAsync();
        Assert.Contains(rig.GitHub.Comments(rig.PullRequest), comment => comment.Body.Contains("Rolled back and verified", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_came_after_the_pull_request_is_not_taken_back_for_it()
    {
        await using var rig = await StartAsync(Trusting);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        await rig.SayAsync("/deploy");
        Assert.Equal(DeployState.Succeeded, (await EndedAsync(rig, DeployKind.PullRequest)).State);
        rig.Node.World.Railway.Deploy("web", "newer");
        await Eventually.HoldsAsync(() => rig.Node.World.Railway.Active("web")?.Commit == "newer", "somebody else's serves", CancellationToken.None);

        await rig.SayAsync("/rollback");

        var back = await EndedAsync(rig, DeployKind.RollBack);
        Assert.True(back.State == DeployState.Refused, $"{back.State}: {back.Note}");
        Assert.Equal(("newer", 0), (rig.Node.World.Railway.Active("web")!.Commit, rig.Node.Mutations("DeploymentRollback")));
    }

    [Fact]
    public async Task What_was_taken_back_once_is_not_put_back_by_saying_it_twice()
    {
        await using var rig = await StartAsync(Trusting);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        await rig.SayAsync("/deploy");
        await EndedAsync(rig, DeployKind.PullRequest);
        await rig.SayAsync("/rollback");
        Assert.Equal(DeployState.Succeeded, (await EndedAsync(rig, DeployKind.RollBack)).State);

        await rig.SayAsync("/rollback");
        await Eventually.HoldsAsync(async () => (await DeploysAsync(rig)) is [{ ClosedAt: not null }, _, _], "the second ends", CancellationToken.None);

        Assert.Equal(("good", 1), (rig.Node.World.Railway.Active("web")!.Commit, rig.Node.Mutations("DeploymentRollback")));
    }

    [Fact]
    public async Task A_pull_request_whose_deploy_was_refused_takes_nothing_back()
    {
        await using var rig = await StartAsync(Trusting);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Red);
        await rig.SayAsync("/deploy");
        Assert.Equal(DeployState.Refused, (await EndedAsync(rig, DeployKind.PullRequest)).State);

        await rig.SayAsync("/rollback");

        Assert.Contains("never deployed from here", (await rig.AnswersAsync())[1], StringComparison.Ordinal);
        Assert.Single(await DeploysAsync(rig));
    }

    [Fact]
    public async Task Two_comments_begin_two_deploys_however_soon_one_follows_the_other()
    {
        await using var rig = await StartAsync(null);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Red);
        await rig.SayAsync("/deploy");
        await EndedAsync(rig, DeployKind.PullRequest);
        await rig.SayAsync("/deploy production");
        await rig.AnswersAsync();

        await Eventually.HoldsAsync(async () => (await DeploysAsync(rig)) is [{ ClosedAt: not null }, { ClosedAt: not null }], "both end", CancellationToken.None);
    }

    [Fact]
    public async Task A_build_that_failed_took_nothing_over_and_is_not_gone_back_from()
    {
        await using var rig = await StartAsync(Trusting);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        rig.Node.World.Railway.FateOfOthers = DeploymentFate.FailsInBuild;
        await rig.SayAsync("/deploy");
        Assert.Equal(DeployState.Failed, (await EndedAsync(rig, DeployKind.PullRequest)).State);

        await rig.SayAsync("/rollback");

        var back = await EndedAsync(rig, DeployKind.RollBack);
        Assert.True(back.State == DeployState.Refused, $"{back.State}: {back.Note}");
        Assert.Equal(("good", 0), (rig.Node.World.Railway.Active("web")!.Commit, rig.Node.Mutations("DeploymentRollback")));
    }

    [Fact]
    public async Task A_comment_that_comes_late_takes_nothing_back()
    {
        await using var rig = await StartAsync(Trusting);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        await rig.SayAsync("/deploy");
        Assert.Equal(DeployState.Succeeded, (await EndedAsync(rig, DeployKind.PullRequest)).State);
        var id = rig.GitHub.AddComment(rig.PullRequest, "/rollback", CommandRig.Writer, CommandWork.FreshComment + TimeSpan.FromMinutes(1));

        await rig.TellAsync(id, "/rollback");

        Assert.Contains("say it again", (await rig.AnswersAsync())[1], StringComparison.Ordinal);
        Assert.Single(await DeploysAsync(rig));
        Assert.Equal(0, rig.Node.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task What_serves_is_taken_back_from_its_thread_although_a_later_build_failed()
    {
        await using var rig = await StartAsync(Trusting);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        await rig.SayAsync("/deploy");
        Assert.Equal(DeployState.Succeeded, (await EndedAsync(rig, DeployKind.PullRequest)).State);
        var failed = rig.Node.World.Railway.Deploy("web", "broken", DeploymentFate.FailsInBuild);
        await Eventually.HoldsAsync(() => rig.Node.World.Railway.Status(failed) == RailwayStatus.Failed, "the build failed", CancellationToken.None);

        await rig.SayAsync("/rollback");

        var back = await EndedAsync(rig, DeployKind.RollBack);
        Assert.True(back.State == DeployState.Succeeded, $"{back.State}: {back.Note}");
        Assert.Equal("good", rig.Node.World.Railway.Active("web")!.Commit);
    }

    [Fact]
    public async Task What_serves_after_all_is_taken_back_although_its_deploy_was_overtaken()
    {
        await using var rig = await StartAsync(Trusting);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        await rig.SayAsync("/deploy");
        var deployed = await EndedAsync(rig, DeployKind.PullRequest);
        Assert.Equal(DeployState.Succeeded, deployed.State);
        await Eventually.HoldsAsync(async () =>
        {
            await rig.Node.LookAsync();
            return await rig.Node.Database.ReadAsync(session => session.NumberAsync("SELECT COUNT(*) FROM deployment WHERE id = @id AND state = 'active'", ("id", deployed.DeploymentId)), CancellationToken.None) == 1;
        }, "the loop has seen it serve", CancellationToken.None);
        await rig.Node.Database.WriteAsync(session => session.ExecuteAsync("UPDATE deploy SET state = 'overtaken'"), CancellationToken.None);

        await rig.SayAsync("/rollback");

        var back = await EndedAsync(rig, DeployKind.RollBack);
        Assert.True(back.State == DeployState.Succeeded, $"{back.State}: {back.Note}");
    }

    [Theory]
    [InlineData("/Deploy")]
    [InlineData("/deply")]
    [InlineData("/deploy, please")]
    [InlineData("/deploy@staging")]
    [InlineData("/deploy  production")]
    [InlineData("/rollback ../production")]
    [InlineData("/approve")]
    public async Task What_was_meant_as_a_command_and_is_none_is_answered_with_how_commands_look(string text)
    {
        await using var rig = await StartAsync(Trusting);

        await rig.SayAsync(text);
        await rig.SayAsync(text, CommandRig.Stranger);
        await rig.SayAsync("/deployments are nice");

        Assert.Contains("/deploy [ENVIRONMENT]", Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        Assert.Empty(await DeploysAsync(rig));
    }

    [Fact]
    public async Task Asking_is_not_deciding()
    {
        await using var rig = await StartAsync(null);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        await rig.SayAsync("/deploy");

        await rig.Node.PendingApprovalAsync();
        Assert.StartsWith("It is under way", Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        Assert.DoesNotContain(rig.GitHub.PullRequests, one => one.MergeSha is not null);
    }

    [Theory]
    [InlineData("/deploy nowhere", "There is no environment 'nowhere'")]
    [InlineData("/rollback", "never deployed from here")]
    public async Task What_cannot_be_begun_is_said(string command, string why)
    {
        await using var rig = await StartAsync(null);
        await rig.SayAsync(command);

        Assert.Contains(why, Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        Assert.Empty(await DeploysAsync(rig));
    }

    [Fact]
    public async Task A_command_that_runs_again_after_a_crash_begins_nothing_twice()
    {
        await using var rig = await StartAsync(null);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Red);
        var given = new GivenCommand(new(CommandVerb.Deploy), GitHubRepo.Parse(CommandRig.Repository), rig.PullRequest, 1, Actor.Person("anna@github")) { At = DateTimeOffset.MaxValue };

        var first = await rig.Node.Get<CommandActions>().RunAsync(given, CancellationToken.None);
        await EndedAsync(rig, DeployKind.PullRequest);
        var again = await rig.Node.Get<CommandActions>().RunAsync(given, CancellationToken.None);

        Assert.Equal(first, again);
        Assert.Single(await DeploysAsync(rig));
    }
}
