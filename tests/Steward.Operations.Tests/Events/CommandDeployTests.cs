using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Deploys;
using Steward.Operations.Events;
using Steward.Simulation.GitHub;
using Steward.Testing;

namespace Steward.Operations.Tests.Events;

/// <summary>/deploy and /rollback: a deploy like any other, asked for in a comment and told there.</summary>
public sealed class CommandDeployTests
{
    private const string Trusting =
        """
          - name: deploying-on-request
            decide: allow
            from: supervised
            guarded: false
            when: [asked-by-a-person]
            because: A person asked for it.
            actions: ["github.pull-request.merge", "railway.deployment.create", "railway.deployment.rollback"]
        """;

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
        var given = new GivenCommand(new(CommandVerb.Deploy), GitHubRepo.Parse(CommandRig.Repository), rig.PullRequest, 1, Actor.Person("anna@github"), TimeProvider.System.GetUtcNow());

        var first = await rig.Node.Get<CommandActions>().RunAsync(given, CancellationToken.None);
        await EndedAsync(rig, DeployKind.PullRequest);
        var again = await rig.Node.Get<CommandActions>().RunAsync(given, CancellationToken.None);

        Assert.Equal(first, again);
        Assert.Single(await DeploysAsync(rig));
    }

    private static async Task<CommandRig> StartAsync(string? rule)
    {
        var rig = await CommandRig.StartAsync(rule);
        rig.Node.World.Railway.AddService("web", "good");
        await rig.Node.UntilKnownGoodAsync("web");
        return rig;
    }

    private static async Task<IReadOnlyList<Deploy>> DeploysAsync(CommandRig rig) =>
        (await rig.Node.Database.ReadAsync(session => DeployStore.ListAsync(session, null, null, onlyOpen: false, new PageRequest()), CancellationToken.None)).Items;

    private static async Task<Deploy> EndedAsync(CommandRig rig, DeployKind kind)
    {
        Deploy? deploy = null;
        await Eventually.HoldsAsync(async () => (deploy = (await DeploysAsync(rig)).FirstOrDefault(one => one.Kind == kind)) is { ClosedAt: not null }, $"the {kind} ends", CancellationToken.None);
        return deploy!;
    }
}
