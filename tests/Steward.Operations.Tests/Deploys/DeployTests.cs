using System.Text.Json.Nodes;
using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Operations.Deploys;
using Steward.Platform.Work;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.GitHub;
using Steward.Simulation.Railway;
using Steward.Testing;

using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>Deploys from a pull request, whole: checks, merge, deployment, verification and what follows on a failure.</summary>
public sealed class DeployTests
{
    [Fact]
    public async Task A_green_pull_request_is_merged_deployed_verified_and_told()
    {
        await using var rig = await StartAsync();
        var number = GreenPullRequest(rig);

        var deploy = await DeployedAsync(rig, number);

        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        var merged = rig.World.GitHub.PullRequests.Single(one => one.Number == number).MergeSha;
        Assert.Equal((merged, merged), (deploy.CommitSha, rig.World.Railway.Active("web")!.Commit));
        Assert.StartsWith($"deploy-pr-{number}-", deploy.CorrelationId, StringComparison.Ordinal);
        Assert.Equal((1, 1), (rig.Mutations("MergePullRequest"), rig.Mutations("ServiceInstanceDeployV2")));
        await rig.UntilQuietAsync();
        var comment = Assert.Single(rig.World.GitHub.Comments(number));
        Assert.Contains(deploy.CorrelationId, comment.Body, StringComparison.Ordinal);
        var told = JsonNode.Parse(Assert.Single(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("\"SUCCESS\"", StringComparison.Ordinal)).Body)!;
        Assert.Equal(("production", merged, number), ((string?)told["environment"], (string?)told["commitSha"], (int?)told["pullRequest"]));
        Assert.Contains(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.DeployEnded && row.Entry.CorrelationId == deploy.CorrelationId);
    }

    [Fact]
    public async Task A_deployment_that_the_provider_began_by_itself_is_followed_and_not_begun_again()
    {
        await using var rig = await StartAsync(settings => settings["Operations:AutoDeployGrace"] = "00:01:00");
        rig.World.Railway.AutoDeploy("web");
        var number = GreenPullRequest(rig);

        var deploy = await DeployedAsync(rig, number);

        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(0, rig.Mutations("ServiceInstanceDeployV2"));
        Assert.Equal(2, rig.World.Railway.Deployments("web").Count);
    }

    [Theory]
    [InlineData(DeploymentFate.ServesErrors, "00:00:02")]
    [InlineData(DeploymentFate.ServesErrors, "00:05:00")]
    [InlineData(DeploymentFate.CrashesAfterStart, "00:00:02")]
    public async Task A_bad_deployment_is_rolled_back_once_with_an_issue_and_a_comment_and_never_called_a_success(DeploymentFate fate, string patience)
    {
        await using var rig = await StartAsync(settings => settings["Operations:HealthPatience"] = patience);
        var number = GreenPullRequest(rig);
        rig.World.Railway.FateOfOthers = fate;

        var deploy = await DeployedAsync(rig, number);
        await rig.UntilQuietAsync();

        Assert.True(deploy.State == DeployState.RolledBack, $"{deploy.State}: {deploy.Note}");
        Assert.Equal((1, "good"), (rig.Mutations("DeploymentRollback"), rig.World.Railway.Active("web")!.Commit));
        var issue = Assert.Single(rig.World.GitHub.Issues);
        Assert.All(["https://railway.com/project/", $"&id={deploy.DeploymentId}>", $"/acme/shop/pull/{number}>", $"/acme/shop/commit/{deploy.CommitSha}>", deploy.CorrelationId],
            piece => Assert.Contains(piece, issue.Body, StringComparison.Ordinal));
        var comment = Assert.Single(rig.World.GitHub.Comments(number)).Body;
        Assert.Contains("rolled back", comment, StringComparison.Ordinal);
        Assert.Contains($": #{issue.Number}\n", comment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_build_leaves_what_serves_alone_and_is_no_success()
    {
        await using var rig = await StartAsync();
        var number = GreenPullRequest(rig);
        rig.World.Railway.FateOfOthers = DeploymentFate.FailsInBuild;

        var deploy = await DeployedAsync(rig, number);

        Assert.True(deploy.State == DeployState.Failed, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(0, rig.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task A_deployment_that_never_ends_is_told_after_its_time()
    {
        await using var rig = await StartAsync(settings => settings["Operations:VerifyTimeout"] = "00:00:10");
        var number = GreenPullRequest(rig);
        rig.World.Railway.FateOfOthers = DeploymentFate.NeverFinishes;

        var deploy = await DeployedAsync(rig, number);

        Assert.True(deploy.State == DeployState.Failed, $"{deploy.State}: {deploy.Note}");
        Assert.Contains("BUILDING", deploy.Note, StringComparison.Ordinal);

        // Slow is not bad: when it arrives after all and serves well, it stays.
        rig.World.Railway.ForceStatus(deploy.DeploymentId!, "SUCCESS");
        await rig.LookAsync();
        await rig.UntilQuietAsync();
        Assert.Equal(0, rig.Mutations("DeploymentRollback"));
    }

    [Theory]
    [InlineData("red")]
    [InlineData("conflict")]
    [InlineData("draft")]
    [InlineData("none")]
    [InlineData("closed")]
    [InlineData("unchecked")]
    public async Task What_is_not_fit_to_be_merged_is_refused_with_the_reason_and_nothing_is_changed(string trouble)
    {
        await using var rig = await StartAsync(settings => settings["Operations:CheckPatience"] = "00:00:00");
        var number = trouble == "unchecked" ? rig.World.GitHub.AddPullRequest(head: "unchecked") : GreenPullRequest(rig, trouble == "draft");
        switch (trouble)
        {
            case "red":
                rig.World.GitHub.SetChecks(number, RunState.Red, "unit-tests");
                break;
            case "conflict":
                rig.World.GitHub.SetConflict(number);
                break;
            case "none":
                number = 4711;
                break;
            case "closed":
                rig.World.GitHub.CloseIssue(number);
                break;
        }

        var deploy = await DeployedAsync(rig, number);

        Assert.True(deploy.State == DeployState.Refused, $"{deploy.State}: {deploy.Note}");
        Assert.NotEmpty(deploy.Note!);
        Assert.DoesNotContain(rig.World.Mutations, mutation => mutation.Operation is "MergePullRequest" or "ServiceInstanceDeployV2");
    }

    [Fact]
    public async Task What_there_is_not_is_told_nowhere_and_leaves_no_dead_letter()
    {
        await using var rig = await StartAsync();

        var deploy = await DeployedAsync(rig, 4711);
        await rig.UntilQuietAsync();

        Assert.Equal(DeployState.Refused, deploy.State);
        Assert.Empty((await rig.Get<WorkLedger>().ListAsync(WorkState.Dead, null, new PageRequest(), CancellationToken.None)).Items);
    }

    [Fact]
    public async Task A_pull_request_that_changes_while_a_person_thinks_is_not_merged()
    {
        await using var rig = await StartAsync(rule: null);
        var number = GreenPullRequest(rig);
        var asked = (await rig.Get<StartDeploy>().HandleAsync(new DeployRequest(number), Anna, CancellationToken.None)).Value!;
        var approval = await rig.PendingApprovalAsync();
        rig.World.GitHub.Push("feature", "Something else", new Dictionary<string, string> { ["evil.txt"] = "1" });
        await rig.Get<DecideApproval>().HandleAsync(approval, approve: true, Anna, null, CancellationToken.None);

        var deploy = await EndedAsync(rig, asked.Id);

        Assert.True(deploy.State == DeployState.Overtaken, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(0, rig.Mutations("MergePullRequest"));
    }

    [Fact]
    public async Task Merging_and_deploying_each_wait_for_a_person_unless_the_policy_says_otherwise()
    {
        await using var rig = await StartAsync(rule: null);
        var number = GreenPullRequest(rig);
        var asked = (await rig.Get<StartDeploy>().HandleAsync(new DeployRequest(number), Anna, CancellationToken.None)).Value!;
        await rig.Get<DecideApproval>().HandleAsync(await rig.PendingApprovalAsync(), approve: true, Anna, null, CancellationToken.None);
        await Eventually.HoldsAsync(() => rig.Mutations("MergePullRequest") == 1, "it is merged", CancellationToken.None);
        Assert.Equal(0, rig.Mutations("ServiceInstanceDeployV2"));

        await rig.Get<DecideApproval>().HandleAsync(await rig.PendingApprovalAsync(), approve: false, Anna, "not today", CancellationToken.None);

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Refused, $"{deploy.State}: {deploy.Note}");
        Assert.Contains("not today", deploy.Note, StringComparison.Ordinal);
        Assert.Equal(0, rig.Mutations("ServiceInstanceDeployV2"));
    }

    [Theory]
    [InlineData(Systems.GitHub, "MergePullRequest", nameof(Fault.DropAfterEffect))]
    [InlineData(Systems.GitHub, "MergePullRequest", nameof(Fault.DropBeforeEffect))]
    [InlineData(Systems.Railway, "ServiceInstanceDeployV2", nameof(Fault.DropAfterEffect))]
    [InlineData(Systems.Railway, "ServiceInstanceDeployV2", nameof(Fault.DropBeforeEffect))]
    [InlineData(Systems.GitHub, "CreateComment", nameof(Fault.DropAfterEffect))]
    public async Task What_is_begun_and_loses_its_answer_happens_once(string system, string operation, string fault)
    {
        await using var rig = await StartAsync();
        rig.World.Faults.Add(fault == nameof(Fault.DropAfterEffect) ? Fault.DropAfterEffect : Fault.DropBeforeEffect, system, operation, times: 1);
        var number = GreenPullRequest(rig);

        var deploy = await DeployedAsync(rig, number);
        await rig.UntilQuietAsync();

        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal((1, 1), (rig.Mutations("MergePullRequest"), rig.Mutations("ServiceInstanceDeployV2")));
        Assert.Single(rig.World.GitHub.Comments(number));
    }

    [Fact]
    public async Task What_the_provider_fails_at_again_and_again_comes_to_an_end_that_is_told()
    {
        await using var rig = await StartAsync();
        rig.World.Faults.Add(Fault.ServerError(), Systems.Railway, "ServiceInstanceDeployV2");
        var asked = await AskedAsync(rig, new DeployRequest(GreenPullRequest(rig)));
        var attempts = 0;
        await Eventually.HoldsAsync(async () =>
        {
            // The pauses and the graces are somebody else's subject.
            await WakeAsync(rig, asked.Id);
            attempts = (await rig.Get<WorkLedger>().ListAsync(null, DeploySaga.WorkKind, new PageRequest(), CancellationToken.None)).Items[0].Attempt;
            return attempts > 2;
        }, "the attempts are counted on", CancellationToken.None);
    }

    [Fact]
    public async Task A_report_that_fails_is_a_failed_report()
    {
        await using var rig = await StartAsync();
        rig.World.Faults.Add(Fault.ServerError(403), Systems.GitHub, "CreateComment");
        var number = GreenPullRequest(rig);

        var deploy = await DeployedAsync(rig, number);
        await rig.UntilQuietAsync();

        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(0, rig.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task One_deploy_of_a_service_at_a_time_and_a_cancelled_one_makes_room()
    {
        await using var rig = await StartAsync(rule: null);
        var number = GreenPullRequest(rig);
        var start = rig.Get<StartDeploy>();
        var first = (await start.HandleAsync(new DeployRequest(number), Anna, CancellationToken.None)).Value!;
        await rig.PendingApprovalAsync();

        var second = await start.HandleAsync(new DeployRequest(number), Anna, CancellationToken.None);
        Assert.Equal("deploy-under-way", second.Refusal?.Code);

        Assert.False((await rig.Get<CancelDeploy>().HandleAsync(first.Id, Anna, CancellationToken.None)).IsRefused);
        Assert.Equal(DeployState.Cancelled, (await EndedAsync(rig, first.Id)).State);
        Assert.False((await start.HandleAsync(new DeployRequest(number), Anna, CancellationToken.None)).IsRefused);
    }

    [Fact]
    public async Task Environments_and_services_that_are_not_known_are_refused_by_name()
    {
        await using var rig = await StartAsync();
        var start = rig.Get<StartDeploy>();

        Assert.Equal("environment", (await start.HandleAsync(new DeployRequest(1, Environment: "moon"), Anna, CancellationToken.None)).Refusal?.Field);
        Assert.Equal("service", (await start.HandleAsync(new DeployRequest(Service: "nothing"), Anna, CancellationToken.None)).Refusal?.Field);
        Assert.Equal("commit", (await start.HandleAsync(new DeployRequest(Service: "web", Commit: "main; rm"), Anna, CancellationToken.None)).Refusal?.Field);
        Assert.Equal("pullRequest", (await start.HandleAsync(new DeployRequest(0), Anna, CancellationToken.None)).Refusal?.Field);
        Assert.Equal("service", (await start.HandleAsync(new DeployRequest(), Anna, CancellationToken.None)).Refusal?.Field);
    }

    [Fact]
    public async Task A_person_goes_back_by_hand_to_the_last_good_deployment()
    {
        await using var rig = await StartAsync(rule: null);
        rig.World.Railway.Deploy("web", "newer");
        await Eventually.HoldsAsync(() => rig.World.Railway.Active("web")?.Commit == "newer", "the newer one serves", CancellationToken.None);
        await rig.UntilKnownGoodAsync("web");

        var asked = (await rig.Get<StartDeploy>().HandleAsync(new RollbackRequest("web"), Anna, CancellationToken.None)).Value!;
        var deploy = await EndedAsync(rig, asked.Id);

        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
        Assert.Equal(1, rig.Mutations("DeploymentRollback"));
    }
}
