using Steward.Operations.Deploys;
using Steward.Operations.Events;
using Steward.Simulation;
using Steward.Simulation.GitHub;
using static Steward.Operations.Tests.Events.CommandScene;

namespace Steward.Operations.Tests.Events;

/// <summary>Which commit and which service a /deploy is about: what its author saw and named, and nothing else.</summary>
public sealed class CommandMeaningTests
{
    [Fact]
    public async Task A_comment_that_comes_late_deploys_nothing_that_its_author_may_not_have_seen()
    {
        await using var rig = await StartAsync(Trusting);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        var id = rig.GitHub.AddComment(rig.PullRequest, "/deploy", CommandRig.Writer, CommandWork.FreshComment + TimeSpan.FromMinutes(1));

        await rig.TellAsync(id, "/deploy");

        Assert.Contains("Look again and say it again", Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        Assert.Empty(await DeploysAsync(rig));
    }

    [Fact]
    public async Task What_is_pushed_in_the_seconds_after_the_comment_is_not_deployed()
    {
        await using var rig = await StartAsync(Trusting);
        var id = rig.GitHub.AddComment(rig.PullRequest, "/deploy", CommandRig.Writer);
        rig.GitHub.Push("feature", files: new Dictionary<string, string> { ["a.txt"] = "b" });
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);

        await rig.TellAsync(id, "/deploy");

        Assert.Contains("Look again and say it again", Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        Assert.Empty(await DeploysAsync(rig));
    }

    [Fact]
    public async Task What_is_pushed_while_the_comment_is_being_read_is_not_deployed()
    {
        await using var rig = await StartAsync(Trusting);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        var seen = rig.GitHub.Head("feature");
        var look = rig.Node.World.Faults.HoldAfterEffect(Systems.GitHub, "GetPullRequest");
        await rig.SayAsync("/deploy");
        await look.Reached;
        rig.GitHub.Push("feature", files: new Dictionary<string, string> { ["a.txt"] = "b" });
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        look.Release();

        var deploy = await EndedAsync(rig, DeployKind.PullRequest);
        Assert.True(deploy.State == DeployState.Refused, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(seen, deploy.HeadSha);
    }

    [Fact]
    public async Task One_of_several_services_is_named_with_its_environment()
    {
        await using var rig = await StartAsync(Trusting);
        rig.Node.World.Railway.AddService("api", "good");
        await rig.Node.UntilKnownGoodAsync("api");
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);

        await rig.SayAsync("/deploy");
        var answer = Assert.Single(await rig.AnswersAsync());
        Assert.Contains("/deploy SERVICE@ENVIRONMENT", answer, StringComparison.Ordinal);
        Assert.Contains("api, web", answer, StringComparison.Ordinal);
        Assert.Empty(await DeploysAsync(rig));

        await rig.SayAsync("/deploy web@production");
        var deploy = await EndedAsync(rig, DeployKind.PullRequest);
        Assert.True(deploy is { State: DeployState.Succeeded, Service: "web" }, $"{deploy.Service} {deploy.State}: {deploy.Note}");

        await rig.SayAsync("/rollback api@production");
        Assert.Contains("never deployed from here to that place", (await rig.AnswersAsync())[^1], StringComparison.Ordinal);
        await rig.SayAsync("/rollback web@production");
        Assert.Equal(DeployState.Succeeded, (await EndedAsync(rig, DeployKind.RollBack)).State);
    }

    [Fact]
    public async Task A_pull_request_that_was_merged_before_others_is_not_put_in_their_place()
    {
        await using var rig = await StartAsync(Trusting);
        rig.GitHub.SetChecks(rig.PullRequest, RunState.Green);
        var merged = rig.GitHub.MergePullRequest(rig.PullRequest);
        rig.GitHub.Push(message: "Something newer");

        await rig.SayAsync("/deploy");

        var deploy = await EndedAsync(rig, DeployKind.PullRequest);
        Assert.True(deploy.State == DeployState.Refused, $"{deploy.State}: {deploy.Note}");
        Assert.Contains($"steward deploy service web --commit {merged}", deploy.Note, StringComparison.Ordinal);
        Assert.Equal(0, rig.Node.Mutations("ServiceInstanceDeployV2"));
    }
}
