using Steward.Connectors.Railway;
using Steward.Governance.Approvals;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Deploys;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Simulation;
using Steward.Simulation.Railway;
using Steward.Testing;
using RailwayStatus = Steward.Simulation.Railway.RailwayStatus;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>Rollbacks that people ask for, beside a deploy that is under way, a recovery that is, and a build that failed.</summary>
public sealed class RollbackTests
{
    // Watched for some seconds, so that there is time to ask.
    private static readonly Action<Dictionary<string, string?>> Slowly = settings => settings["Operations:HealthSuccesses"] = "25";

    private const string Asking =
        """
          - name: deploying-on-request
            decide: allow
            from: supervised
            guarded: false
            when: [asked-by-a-person]
            because: A person asked for it.
            actions: ["github.pull-request.merge", "railway.deployment.create"]
          - name: asking-for-rollbacks
            decide: approve
            because: A person decides.
            actions: ["railway.deployment.rollback"]
        """;

    private const string OnRequestAlone =
        """
          - name: on-request
            decide: allow
            from: manual
            guarded: false
            when: [asked-by-a-person]
            because: A person asked for it.
            actions: ["railway.deployment.rollback"]
          - name: asking-for-others
            decide: approve
            because: A person decides.
            actions: ["railway.deployment.rollback"]
        """;

    [Fact]
    public async Task One_that_is_refused_leaves_the_deploy_whose_place_it_would_take_to_its_own_end()
    {
        await using var rig = await StartAsync(Slowly);
        rig.World.Railway.ForbidRollback(rig.World.Railway.Active("web")!.Id);
        var asked = await AskedAsync(rig, new DeployRequest(GreenPullRequest(rig)));
        await UntilAsync(rig, asked.Id, deploy => deploy.State == DeployState.Verifying, "it is watched");
        await rig.LookAsync();

        var back = await EndedAsync(rig, (await BackAsync(rig, new RollbackRequest("web"))).Id);

        Assert.True(back.State == DeployState.Refused, $"{back.State}: {back.Note}");
        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
    }

    [Fact]
    public async Task One_that_is_denied_leaves_the_deploy_whose_place_it_would_take_to_its_own_end()
    {
        await using var rig = await StartAsync(Slowly, rule: Asking);
        var asked = await AskedAsync(rig, new DeployRequest(GreenPullRequest(rig)));
        await UntilAsync(rig, asked.Id, deploy => deploy.State == DeployState.Verifying, "it is watched");
        await rig.LookAsync();
        var back = await BackAsync(rig, new RollbackRequest("web"));

        await rig.Get<DecideApproval>().HandleAsync(await rig.PendingApprovalAsync(), approve: false, Anna, "not now", CancellationToken.None);

        Assert.Equal(DeployState.Refused, (await EndedAsync(rig, back.Id)).State);
        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
    }

    [Fact]
    public async Task While_one_waits_nothing_else_is_deployed_and_no_second_one_begins()
    {
        await using var rig = await StartAsync(Slowly, rule: Asking);
        await PushedAsync(rig, "v1");
        await BackAsync(rig, new RollbackRequest("web"));
        await rig.PendingApprovalAsync();

        var start = rig.Get<StartDeploy>();

        Assert.Equal("deploy-under-way", (await start.HandleAsync(new DeployRequest(Service: "web"), Anna, CancellationToken.None)).Refusal?.Code);
        Assert.Equal("deploy-under-way", (await start.HandleAsync(new RollbackRequest("web"), Anna, CancellationToken.None)).Refusal?.Code);
    }

    [Fact]
    public async Task While_the_loop_goes_back_nobody_goes_back_a_second_time()
    {
        await using var rig = await StartAsync(rule: null);
        var request = rig.World.Faults.HoldBeforeEffect(Systems.Railway, "DeploymentRollback");
        await rig.CrashAsync("bad");
        await request.Reached;

        var refused = (await rig.Get<StartDeploy>().HandleAsync(new RollbackRequest("web"), Anna, CancellationToken.None)).Refusal;
        request.Release();

        Assert.Equal("recovery-under-way", refused?.Code);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it was rolled back");
        Assert.Equal(1, rig.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task While_a_person_goes_back_the_loop_does_not_go_back_a_second_time()
    {
        await using var rig = await StartAsync(rule: null);
        var bad = await PushedAsync(rig, "v1");
        var request = rig.World.Faults.HoldBeforeEffect(Systems.Railway, "DeploymentRollback");
        var asked = await BackAsync(rig, new RollbackRequest("web"));
        await request.Reached;
        rig.World.Railway.ForceStatus(bad, RailwayStatus.Crashed);

        await rig.UntilFindingAsync(finding => finding.Outcome?.Contains("person:anna", StringComparison.Ordinal) == true, "the loop waits for it");
        request.Release();

        var back = await EndedAsync(rig, asked.Id);
        Assert.True(back.State == DeployState.Succeeded, $"{back.State}: {back.Note}");
        await rig.UntilFindingAsync(finding => finding.ClosedAt is not null, "the finding is over");
        Assert.Equal(1, rig.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task Where_both_get_their_permits_in_one_moment_the_loop_sends_nothing()
    {
        await using var rig = await StartAsync(rule: null);
        var bad = await PushedAsync(rig, "v1");
        var look = rig.World.Faults.HoldAfterEffect(Systems.Railway, "Deployment");
        rig.World.Railway.ForceStatus(bad, RailwayStatus.Crashed);
        await look.Reached;

        // A person's rollback that was let through when the loop had looked and had not got its own permit yet.
        var web = (await rig.Database.ReadAsync(ServiceStore.AllAsync, CancellationToken.None)).Single();
        var (railway, serviceId) = rig.Get<RailwayEnvironments>().Locate(web.Id);
        var target = rig.World.Railway.Deployments("web").Single(one => one.Commit == "good").Id;
        var (id, now) = (Ids.New(TimeProvider.System), TimeProvider.System.GetUtcNow());
        var theirs = new Deploy(id, DeployKind.RollBack, "production", "web", web.Id, null, null, null, null, target, null, null, null, DeployState.Triggering, null, 0, 0, "c", Anna.Name, now, now, null);
        Assert.True(await rig.Database.WriteAsync(session => DeployStore.AddAsync(session, theirs), CancellationToken.None));
        var asks = theirs.Asks(TriggerStep.Step(theirs), railway.Calls.Rollback(new RailwayServiceRef(serviceId, "web"), target), "Back.", id, "known-good");
        Assert.IsType<GateAnswer.Permitted>(await rig.Get<Gate>().AskAsync(asks, CancellationToken.None));
        look.Release();

        await rig.UntilFindingAsync(finding => finding.Outcome?.Contains("person:anna", StringComparison.Ordinal) == true, "the loop waits for it");
        Assert.Equal(0, rig.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task What_the_loop_may_not_do_by_itself_a_person_does_meanwhile()
    {
        await using var rig = await StartAsync(rule: OnRequestAlone);
        await rig.CrashAsync("bad");
        await rig.PendingApprovalAsync();

        var back = await EndedAsync(rig, (await BackAsync(rig, new RollbackRequest("web"))).Id);

        Assert.True(back.State == DeployState.Succeeded, $"{back.State}: {back.Note}");
        Assert.Equal(("good", 1), (rig.World.Railway.Active("web")!.Commit, rig.Mutations("DeploymentRollback")));
    }

    [Fact]
    public async Task After_a_failed_build_it_is_said_how_to_go_back_from_what_serves()
    {
        await using var rig = await StartAsync(rule: null);
        var good = rig.World.Railway.Active("web")!.Id;
        await PushedAsync(rig, "v1");
        var failed = rig.World.Railway.Deploy("web", "broken", DeploymentFate.FailsInBuild);
        await Eventually.HoldsAsync(() => rig.World.Railway.Status(failed) == RailwayStatus.Failed, "the build failed", CancellationToken.None);

        var plain = await EndedAsync(rig, (await BackAsync(rig, new RollbackRequest("web"))).Id);

        Assert.True(plain.State == DeployState.Refused, $"{plain.State}: {plain.Note}");
        Assert.Contains($"steward rollback web --to {good}", plain.Note, StringComparison.Ordinal);
        var named = await EndedAsync(rig, (await BackAsync(rig, new RollbackRequest("web", To: good))).Id);
        Assert.True(named.State == DeployState.Succeeded, $"{named.State}: {named.Note}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("typo")]
    public async Task A_deployment_that_there_is_not_is_refused_at_once(string to)
    {
        await using var rig = await StartAsync(rule: null);

        var refusal = (await rig.Get<StartDeploy>().HandleAsync(new RollbackRequest("web", To: to), Anna, CancellationToken.None)).Refusal;

        Assert.Equal("to", refusal?.Field);
    }
}
