using Steward.Governance.Approvals;
using Steward.Governance.Stops;
using Steward.Operations.Deploys;
using Steward.Operations.Watched;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.GitHub;
using Steward.Simulation.Railway;
using Steward.Testing;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>What a deploy does not go beyond: the commit that was asked for, the branch, the stop, the watched services.</summary>
public sealed class DeployBoundsTests
{
    private const string OnlyDeploying =
        """
          - name: deploying-on-request
            decide: allow
            from: supervised
            guarded: false
            when: [asked-by-a-person]
            because: A person asked for it.
            actions: ["railway.deployment.create"]
        """;

    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [Fact]
    public async Task What_is_pushed_after_the_deploy_was_asked_for_is_not_merged()
    {
        await using var rig = await StartAsync();
        var number = rig.World.GitHub.AddPullRequest();
        rig.World.GitHub.SetChecks(number, RunState.Running);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await UntilAsync(rig, asked.Id, deploy => deploy.Note?.StartsWith("Waits for the checks", StringComparison.Ordinal) == true, "it waits for the checks");

        rig.World.GitHub.Push("feature", "Something that nobody looked at", new Dictionary<string, string> { ["evil.txt"] = "1" });
        rig.World.GitHub.SetChecks(number, RunState.Green);

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Refused, $"{deploy.State}: {deploy.Note}");
        Assert.Contains("has moved on from commit", deploy.Note, StringComparison.Ordinal);
        Assert.Equal((0, 0), (rig.Mutations("MergePullRequest"), rig.Mutations("ServiceInstanceDeployV2")));
    }

    [Fact]
    public async Task It_is_bound_to_the_commit_that_is_there_when_it_is_asked_for()
    {
        await using var rig = await StartAsync();
        var number = GreenPullRequest(rig);
        var seen = rig.World.GitHub.PullRequests.Single(one => one.Number == number).HeadSha;

        var asked = await AskedAsync(rig, new DeployRequest(number));

        Assert.Equal(seen, asked.HeadSha);
    }

    [Fact]
    public async Task What_is_pushed_while_GitHub_was_away_is_not_merged()
    {
        await using var rig = await StartAsync();
        var number = GreenPullRequest(rig);
        rig.World.Faults.Add(Fault.ServerError(), Systems.GitHub);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        rig.World.GitHub.Push("feature", "Something that nobody looked at", new Dictionary<string, string> { ["evil.txt"] = "1" });
        rig.World.GitHub.SetChecks(number, RunState.Green);
        rig.World.Faults.Clear();

        var deploy = await EndedAsync(rig, asked.Id);

        Assert.True(deploy.State == DeployState.Refused, $"{deploy.State}: {deploy.Note}");
        Assert.Contains("GitHub did not answer when the deploy was asked for", deploy.Note, StringComparison.Ordinal);
        Assert.Equal(0, rig.Mutations("MergePullRequest"));
    }

    [Theory]
    [InlineData("branch", "goes to 'develop'")]
    [InlineData("red", "It is merged all the same")]
    public async Task One_that_is_merged_already_is_held_against_the_same_rules(string trouble, string why)
    {
        await using var rig = await StartAsync();
        rig.World.GitHub.Push("develop", files: new Dictionary<string, string> { ["a.txt"] = "a" });
        var number = rig.World.GitHub.AddPullRequest(target: trouble == "branch" ? "develop" : "main");
        rig.World.GitHub.SetChecks(number, trouble == "red" ? RunState.Red : RunState.Green);
        rig.World.GitHub.MergePullRequest(number);

        var deploy = await DeployedAsync(rig, number);

        Assert.True(deploy.State == DeployState.Refused, $"{deploy.State}: {deploy.Note}");
        Assert.Contains(why, deploy.Note, StringComparison.Ordinal);
        Assert.Equal(0, rig.Mutations("ServiceInstanceDeployV2"));
    }

    [Fact]
    public async Task One_that_a_person_merges_while_another_is_asked_is_not_merged_again_and_nobody_is_asked_any_more()
    {
        await using var rig = await StartAsync(rule: null);
        var number = GreenPullRequest(rig);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        var merging = await rig.PendingApprovalAsync();

        var merged = rig.World.GitHub.MergePullRequest(number);
        await rig.Get<DecideApproval>().HandleAsync(merging, approve: true, Anna, null, CancellationToken.None);

        var deploying = await rig.PendingApprovalAsync();
        Assert.NotEqual(merging, deploying);
        Assert.Equal(ApprovalState.Void, (await rig.Get<ReadApprovals>().FindAsync(merging, CancellationToken.None))!.State);
        await rig.Get<DecideApproval>().HandleAsync(deploying, approve: true, Anna, null, CancellationToken.None);
        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal((merged, 0), (deploy.CommitSha, rig.Mutations("MergePullRequest")));
    }

    [Fact]
    public async Task A_denial_deploys_nothing_although_somebody_merged_it_meanwhile()
    {
        await using var rig = await StartAsync(rule: OnlyDeploying, settings: settings => settings["Operations:PollInterval"] = "00:10:00");
        var number = GreenPullRequest(rig);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        var merging = await rig.PendingApprovalAsync();

        rig.World.GitHub.MergePullRequest(number);
        await rig.Get<DecideApproval>().HandleAsync(merging, approve: false, Anna, "do not deploy this", CancellationToken.None);

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Refused, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(0, rig.Mutations("ServiceInstanceDeployV2"));
    }

    [Fact]
    public async Task One_that_is_merged_by_hand_goes_on_without_a_decision()
    {
        await using var rig = await StartAsync(rule: OnlyDeploying);
        var number = GreenPullRequest(rig);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await rig.PendingApprovalAsync();

        rig.World.GitHub.MergePullRequest(number);

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
    }

    [Fact]
    public async Task One_that_is_merged_by_hand_and_followed_by_another_does_not_take_the_others_place()
    {
        await using var rig = await StartAsync(rule: OnlyDeploying);
        var number = GreenPullRequest(rig);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await rig.PendingApprovalAsync();
        await rig.StopNodeAsync();

        rig.World.GitHub.MergePullRequest(number);
        rig.World.GitHub.Push();
        await using var back = await rig.AnotherAsync();
        // It looks again within a minute by itself.
        await WakeAsync(back, asked.Id);

        var deploy = await EndedAsync(back, asked.Id);
        Assert.True(deploy.State == DeployState.Refused, $"{deploy.State}: {deploy.Note}");
        Assert.Contains("has moved on to", deploy.Note, StringComparison.Ordinal);
        Assert.Equal((0, 0), (rig.Mutations("MergePullRequest"), rig.Mutations("ServiceInstanceDeployV2")));
        Assert.Empty(await back.PendingAsync());
    }

    [Fact]
    public async Task A_rollback_does_not_wait_for_a_deploy_that_is_only_being_watched()
    {
        await using var rig = await StartAsync(settings => settings["Operations:HealthSuccesses"] = "100");
        var asked = await AskedAsync(rig, new DeployRequest(GreenPullRequest(rig)));
        await UntilAsync(rig, asked.Id, deploy => deploy.State == DeployState.Verifying, "it is watched");
        await rig.LookAsync();

        var back = await rig.Get<StartDeploy>().HandleAsync(new RollbackRequest("web"), Anna, CancellationToken.None);

        Assert.False(back.IsRefused, back.Refusal?.Message);
        Assert.Equal(DeployState.Overtaken, (await EndedAsync(rig, asked.Id)).State);
        await Eventually.HoldsAsync(() => rig.World.Railway.Active("web")!.Commit == "good", "it is gone back", CancellationToken.None);
        Assert.Equal(1, rig.Mutations("DeploymentRollback"));
        await Eventually.HoldsAsync(() => rig.World.N8n.Deliveries.Any(one => one.Body.Contains("asked to go back from it", StringComparison.Ordinal)), "people hear of its end", CancellationToken.None);
    }

    [Fact]
    public async Task A_stop_of_the_service_holds_the_merge_too()
    {
        await using var rig = await StartAsync();
        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Service, "web", "Hands off.", Anna, CancellationToken.None);
        var asked = await AskedAsync(rig, new DeployRequest(GreenPullRequest(rig)));

        var held = await UntilAsync(rig, asked.Id, deploy => deploy.Note?.Contains("kill switch", StringComparison.Ordinal) == true, "it is held");

        Assert.Equal((DeployState.Merging, 0), (held.State, rig.Mutations("MergePullRequest")));
    }

    [Fact]
    public async Task A_service_that_nobody_watches_is_not_deployed()
    {
        await using var rig = await StartAsync();
        await rig.Get<SetWatched>().HandleAsync("web", watched: false, Anna, CancellationToken.None);

        var refusal = (await rig.Get<StartDeploy>().HandleAsync(new DeployRequest(Service: "web"), Anna, CancellationToken.None)).Refusal;

        Assert.Equal("not-watched", refusal?.Code);
        Assert.Contains("steward services watch web", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_whose_service_is_left_alone_meanwhile_comes_to_an_end()
    {
        await using var rig = await StartAsync();
        var request = rig.World.Faults.HoldBeforeEffect(Systems.Railway, "ServiceInstanceDeployV2");
        rig.World.Railway.SetFate(Commit, DeploymentFate.ServesErrors);
        var asked = await AskedAsync(rig, new DeployRequest(Service: "web", Commit: Commit));
        await request.Reached;
        await rig.Get<SetWatched>().HandleAsync("web", watched: false, Anna, CancellationToken.None);
        request.Release();

        var deploy = await EndedAsync(rig, asked.Id);

        Assert.True(deploy.State == DeployState.Failed, $"{deploy.State}: {deploy.Note}");
        Assert.Contains("steward rollback web", deploy.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abc123")]
    [InlineData("main")]
    public async Task A_commit_is_named_by_its_whole_hash(string commit)
    {
        await using var rig = await StartAsync();

        var refusal = (await rig.Get<StartDeploy>().HandleAsync(new DeployRequest(Service: "web", Commit: commit), Anna, CancellationToken.None)).Refusal;

        Assert.Equal("commit", refusal?.Field);
    }
}
