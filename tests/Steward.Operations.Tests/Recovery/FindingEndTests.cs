using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.GitHub;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>Every finding has an end: also one that nobody can see the end of, and one that a person says is over.</summary>
public sealed class FindingEndTests
{
    private static readonly Actor Anna = Actor.Person("anna");

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_person_says_that_it_is_over_and_everybody_who_heard_of_it_hears_that(StoreKind kind)
    {
        await using var rig = await RecoveryRig.StartAsync(kind);
        var finding = await FailedAsync(rig);

        var closed = await rig.Get<CloseFinding>().HandleAsync(finding.Id, "The runner was full.", Anna, CancellationToken.None);
        await rig.UntilQuietAsync();

        Assert.Equal(FindingState.Recovered, closed.Value!.State);
        Assert.Contains(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("\"CLOSED\"", StringComparison.Ordinal) && delivery.Body.Contains("The runner was full.", StringComparison.Ordinal));
        Assert.Equal("closed", Assert.Single(rig.World.GitHub.Issues).State);
        Assert.Equal("person:anna", Assert.Single(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.FindingClosed).Entry.Actor);

        // What a person called over is not found again; what fails anew is.
        await rig.LookAsync();
        await rig.UntilQuietAsync();
        Assert.Single(await rig.FindingsAsync());
        Fail(rig);
        await Eventually.HoldsAsync(async () => (await rig.FindingsAsync()).Count == 2, "the next failure is found", CancellationToken.None);

        Assert.Equal(RefusalKind.Conflict, (await rig.Get<CloseFinding>().HandleAsync(finding.Id, null, Anna, CancellationToken.None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await rig.Get<CloseFinding>().HandleAsync(Guid.Empty, null, Anna, CancellationToken.None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.Invalid, (await rig.Get<CloseFinding>().HandleAsync(finding.Id, new string('x', CloseFinding.LongestReason + 1), Anna, CancellationToken.None)).Refusal!.Kind);
    }

    [Fact]
    public async Task What_waits_for_a_decision_need_not_be_decided_when_a_person_says_that_it_is_over()
    {
        await using var rig = await RecoveryRig.StartAsync(policy: "services: { web: supervised }");
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        await rig.CrashAsync("bad");
        await rig.PendingApprovalAsync();
        var finding = Assert.Single(await rig.FindingsAsync());

        Assert.False((await rig.Get<CloseFinding>().HandleAsync(finding.Id, null, Anna, CancellationToken.None)).IsRefused);
        await rig.UntilQuietAsync();

        Assert.Empty(await rig.PendingAsync());
        Assert.Equal(0, rig.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task What_was_told_of_a_service_is_over_when_the_service_is_left_alone_and_told_anew_when_it_is_watched_again()
    {
        await using var rig = await RecoveryRig.StartAsync(prepare: RecoveryRig.WithHealthUrl, settings: settings => settings["Operations:WatchWindow"] = "00:00:00");
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        rig.World.Railway.ChangeFate(rig.World.Railway.Active("web")!.Id, DeploymentFate.ServesErrors);
        await rig.UntilFindingAsync(finding => finding is { State: FindingState.Open, ToldAt: not null }, "people are told");

        await rig.Get<SetWatched>().HandleAsync("web", watched: false, Anna, CancellationToken.None);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Closed && finding.Outcome!.Contains("left alone", StringComparison.Ordinal), "it is over");
        await rig.UntilQuietAsync();
        Assert.DoesNotContain(rig.World.N8n.Deliveries, delivery => delivery.Body.Contains("recovered", StringComparison.Ordinal));

        await rig.Get<SetWatched>().HandleAsync("web", watched: true, Anna, CancellationToken.None);
        await Eventually.HoldsAsync(async () => (await rig.FindingsAsync()) is [{ State: FindingState.Open, ToldAt: not null }, { State: FindingState.Closed }], "it is found anew", CancellationToken.None);
    }

    [Fact]
    public async Task A_crash_that_was_left_alone_is_found_and_asked_about_anew_when_it_is_watched_again()
    {
        await using var rig = await RecoveryRig.StartAsync(policy: "services: { web: supervised }");
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        await rig.CrashAsync("bad");
        await rig.Get<DecideApproval>().HandleAsync(await rig.PendingApprovalAsync(), approve: false, Anna, null, CancellationToken.None);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Stuck, "nothing is done");

        await rig.Get<SetWatched>().HandleAsync("web", watched: false, Anna, CancellationToken.None);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Closed, "it is left alone");
        await rig.Get<SetWatched>().HandleAsync("web", watched: true, Anna, CancellationToken.None);
        await rig.LookAsync();

        await rig.Get<DecideApproval>().HandleAsync(await rig.PendingApprovalAsync(), approve: true, Anna, null, CancellationToken.None);
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it is brought back");
        Assert.Equal(2, (await rig.FindingsAsync()).Count);
    }

    [Fact]
    public async Task What_a_person_called_over_is_not_found_again_by_another_attempt_of_its_run()
    {
        await using var rig = await RecoveryRig.StartAsync();
        rig.World.GitHub.NextRuns = RunState.Red;
        rig.World.GitHub.AddRun(RunState.Red, jobs: [new SimulatedJob("test", RunState.Red, "npm error request to https://registry.npmjs.org/react failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org\n")]);
        await rig.UntilFindingAsync(finding => finding is { Kind: FindingKind.CiFailed, ToldAt: not null }, "the failure is told");
        await rig.UntilQuietAsync();
        Assert.Equal(2, Assert.Single(rig.World.GitHub.Runs).Attempt);
        // GitHub dates by the second: what is of the same one may have come after.
        var told = Assert.Single(await rig.FindingsAsync()).ToldAt!.Value;
        await Eventually.HoldsAsync(() => rig.Get<TimeProvider>().GetUtcNow() > told.AddSeconds(2), "the second is over", CancellationToken.None);

        await rig.Get<CloseFinding>().HandleAsync(Assert.Single(await rig.FindingsAsync()).Id, null, Anna, CancellationToken.None);
        await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
        await rig.UntilQuietAsync();

        Assert.Single(await rig.FindingsAsync());
    }

    [Fact]
    public async Task A_workflow_that_was_removed_from_the_default_branch_does_not_fail_any_more()
    {
        await using var rig = await RecoveryRig.StartAsync();
        await FailedAsync(rig);

        rig.World.GitHub.RemoveWorkflow("ci.yml");
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered && finding.Outcome!.Contains("was removed", StringComparison.Ordinal), "it is over");
        await rig.UntilQuietAsync();

        Assert.Equal("closed", Assert.Single(rig.World.GitHub.Issues).State);
        Fail(rig);
        await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
        Assert.Single(await rig.FindingsAsync());
    }

    [Fact]
    public async Task The_opening_of_a_closed_issue_that_loses_its_answer_is_known_to_have_happened()
    {
        await using var rig = await RecoveryRig.StartAsync();
        await FailedAsync(rig);
        var issue = Assert.Single(rig.World.GitHub.Issues).Number;
        rig.World.GitHub.CloseIssue(issue);
        rig.World.Faults.Add(Fault.DropAfterEffect, Systems.GitHub, "UpdateIssue", times: 1);

        var again = Fail(rig);
        await Eventually.HoldsAsync(() => rig.World.GitHub.Comments(issue).Any(comment => comment.Body.Contains($"Run {again}", StringComparison.Ordinal)), "the new failure is told on it", CancellationToken.None);
        await rig.UntilQuietAsync();

        Assert.Contains(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.CallResolved && row.Entry.Action == "github.issue.reopen");
    }

    private static async Task<Finding> FailedAsync(RecoveryRig rig)
    {
        Fail(rig);
        await rig.UntilFindingAsync(finding => finding is { Kind: FindingKind.CiFailed, ToldAt: not null }, "the failure is told");
        await rig.UntilQuietAsync();
        return Assert.Single(await rig.FindingsAsync());
    }

    private static long Fail(RecoveryRig rig) =>
        rig.World.GitHub.AddRun(RunState.Red, jobs: [new SimulatedJob("test", RunState.Red, "src/Program.cs(17,9): error CS1002: ; expected\n")]);
}
