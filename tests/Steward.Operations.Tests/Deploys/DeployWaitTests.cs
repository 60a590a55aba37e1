using Steward.Governance.Approvals;
using Steward.Governance.Stops;
using Steward.Operations.Deploys;
using Steward.Operations.Tests.Recovery;
using Steward.Simulation.Railway;
using Steward.Testing;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>A deploy that has to wait takes the place of what served when it was asked for, and of nothing newer.</summary>
public sealed class DeployWaitTests
{
    private const string AskingForDeploys =
        """
          - name: asking-for-deploys
            decide: approve
            because: A person decides.
            actions: ["railway.deployment.create"]
        """ + "\n" + Trusting;

    [Theory]
    [InlineData("stop", DeploymentFate.Good)]
    [InlineData("stop", DeploymentFate.NeverFinishes)]
    [InlineData("approval", DeploymentFate.Good)]
    public async Task What_came_while_it_waited_is_not_replaced_by_its_older_commit(string wait, DeploymentFate fate)
    {
        await using var rig = await StartAsync(rule: wait == "approval" ? AskingForDeploys : Trusting);
        var asked = await WaitingAsync(rig, wait);

        var newer = rig.World.Railway.Deploy("web", "newer", fate);
        await Eventually.HoldsAsync(() => rig.World.Railway.Status(newer) is RailwayStatus.Success or RailwayStatus.Building, "the newer one is there", CancellationToken.None);
        await GoOnAsync(rig, wait);

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Overtaken, $"{deploy.State}: {deploy.Note}");
        Assert.Contains(newer, deploy.Note, StringComparison.Ordinal);
        Assert.Equal(0, rig.Mutations("ServiceInstanceDeployV2"));
    }

    [Theory]
    [InlineData("good", DeploymentFate.Good)]
    [InlineData("broken", DeploymentFate.FailsInBuild)]
    public async Task The_same_version_anew_and_a_build_that_failed_change_nothing_about_it(string commit, DeploymentFate fate)
    {
        await using var rig = await StartAsync(rule: AskingForDeploys);
        var asked = await WaitingAsync(rig, "approval");

        var other = rig.World.Railway.Deploy("web", commit, fate);
        await Eventually.HoldsAsync(() => rig.World.Railway.Status(other) is RailwayStatus.Success or RailwayStatus.Failed, "the other one is done", CancellationToken.None);
        await GoOnAsync(rig, "approval");

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(deploy.CommitSha, rig.World.Railway.Active("web")!.Commit);
    }

    [Fact]
    public async Task What_the_provider_begins_by_itself_while_people_are_asked_is_followed_and_need_not_be_decided()
    {
        await using var rig = await StartAsync(rule: AskingForDeploys);
        var asked = await WaitingAsync(rig, "approval");

        rig.World.Railway.Deploy("web", asked.CommitSha!);
        await GoOnAsync(rig, "approval");

        var deploy = await EndedAsync(rig, asked.Id);
        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(0, rig.Mutations("ServiceInstanceDeployV2"));
        Assert.Equal("denied", await rig.Database.ReadAsync(session => session.FirstAsync("SELECT state FROM governed_call WHERE action = 'railway.deployment.create'", row => row.TextOrNull("state")), CancellationToken.None));
    }

    [Fact]
    public async Task What_a_stop_holds_is_told_to_people_and_on_its_thread_with_what_lifts_the_stop()
    {
        await using var rig = await StartAsync();
        var asked = await WaitingAsync(rig, "stop");
        await WakeAsync(rig, asked.Id);

        await Eventually.HoldsAsync(() => rig.World.GitHub.Comments(asked.PullRequest!.Value).Count == 1, "the thread hears of it", CancellationToken.None);
        await Eventually.HoldsAsync(() => rig.World.N8n.Deliveries.Any(one => one.Body.Contains("\"HELD\"", StringComparison.Ordinal)), "people hear of it", CancellationToken.None);
        Assert.All([rig.World.GitHub.Comments(asked.PullRequest!.Value)[0].Body, rig.World.N8n.Deliveries[^1].Body],
            told => Assert.Contains("steward resume --service ", told, StringComparison.Ordinal));
        await GoOnAsync(rig, "stop");

        Assert.Equal(DeployState.Succeeded, (await EndedAsync(rig, asked.Id)).State);
        await rig.UntilQuietAsync();
        Assert.Equal(2, rig.World.GitHub.Comments(asked.PullRequest!.Value).Count);
        Assert.Single(rig.World.N8n.Deliveries, one => one.Body.Contains("\"HELD\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_stop_that_holds_it_is_told_as_well()
    {
        await using var rig = await StartAsync();
        var asked = await WaitingAsync(rig, "stop");
        await Eventually.HoldsAsync(() => Told(rig, "Let us look first."), "people hear of the first", CancellationToken.None);

        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Global, "", "And now all of it.", Anna, CancellationToken.None);
        await GoOnAsync(rig, "stop");

        await UntilAsync(rig, asked.Id, deploy => deploy.Note?.Contains("And now all of it.", StringComparison.Ordinal) == true, "the second holds it");
        await Eventually.HoldsAsync(() => Told(rig, "And now all of it."), "people hear of the second", CancellationToken.None);
    }

    [Fact]
    public async Task That_a_stop_holds_it_is_not_said_on_its_thread_after_the_stop()
    {
        await using var rig = await StartAsync();
        var number = GreenPullRequest(rig);
        rig.World.GitHub.MergePullRequest(number);
        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Global, "", "Let us look first.", Anna, CancellationToken.None);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await UntilAsync(rig, asked.Id, deploy => deploy is { State: DeployState.Triggering, Note: not null }, "it waits");
        await Eventually.HoldsAsync(async () => await rig.Database.ReadAsync(session => session.NumberAsync(
            "SELECT COUNT(*) FROM governed_call WHERE state = 'held' AND action = 'github.comment.put'"), CancellationToken.None) == 1, "the comment waits for the same stop", CancellationToken.None);

        await rig.Get<KillSwitch>().LiftAsync(StopScope.Global, "", "Looked.", Anna, CancellationToken.None);

        Assert.Equal(DeployState.Succeeded, (await EndedAsync(rig, asked.Id)).State);
        await rig.UntilQuietAsync();
        Assert.DoesNotContain("Held by a stop", Assert.Single(rig.World.GitHub.Comments(number)).Body, StringComparison.Ordinal);
    }

    private static bool Told(RecoveryRig rig, string why) =>
        rig.World.N8n.Deliveries.Any(one => one.Body.Contains("\"HELD\"", StringComparison.Ordinal) && one.Body.Contains(why, StringComparison.Ordinal));

    // A pull request that is merged, and waits before the provider is asked.
    private static async Task<Deploy> WaitingAsync(RecoveryRig rig, string wait)
    {
        var number = GreenPullRequest(rig);
        if (wait == "stop")
        {
            rig.World.GitHub.MergePullRequest(number);
            await rig.Get<KillSwitch>().RaiseAsync(StopScope.Service, "web", "Let us look first.", Anna, CancellationToken.None);
        }

        var asked = await AskedAsync(rig, new DeployRequest(number));
        return await UntilAsync(rig, asked.Id, deploy => deploy is { State: DeployState.Triggering, Note: not null }, "it waits");
    }

    private static async Task GoOnAsync(RecoveryRig rig, string wait)
    {
        if (wait == "stop")
        {
            await rig.Get<KillSwitch>().LiftAsync(StopScope.Service, "web", "Looked.", Anna, CancellationToken.None);
        }
        else
        {
            await rig.Get<DecideApproval>().HandleAsync(await rig.PendingApprovalAsync(), approve: true, Anna, null, CancellationToken.None);
        }
    }
}
