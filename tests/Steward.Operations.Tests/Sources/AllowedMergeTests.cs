using Steward.Governance.Approvals;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Operations.Tests.Recovery;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.GitHub;
using Steward.Testing;

namespace Steward.Operations.Tests.Sources;

/// <summary>Merges that a person allowed, whole: each is made, or whoever allowed it hears that it is not.</summary>
public sealed class AllowedMergeTests
{
    private static readonly Actor Anna = Actor.Person("anna");

    [Fact]
    public async Task A_merge_whose_connection_broke_and_for_which_something_was_pushed_then_is_told_as_not_made()
    {
        await using var rig = await StartAsync();
        var number = await ProposedAsync(rig);
        rig.World.Faults.Add(Fault.DropBeforeEffect, Systems.GitHub, "MergePullRequest", times: 1);
        await rig.Get<DecideApproval>().HandleAsync(await rig.PendingApprovalAsync(), approve: true, Anna, null, CancellationToken.None);
        await Eventually.HoldsAsync(async () => await StateAsync(rig) == "unknown", "the connection broke", CancellationToken.None);

        rig.World.GitHub.Push(rig.World.GitHub.PullRequests.Single(one => one.Number == number).HeadBranch);
        await UntilOverAsync(rig);

        await UntilToldAsync(rig);
    }

    [Fact]
    public async Task A_merge_that_a_stop_held_is_told_as_not_made_when_the_pull_request_is_closed()
    {
        await using var rig = await StartAsync();
        var number = await HeldAsync(rig);

        rig.World.GitHub.CloseIssue(number);
        await UntilOverAsync(rig);

        await UntilToldAsync(rig);
    }

    [Fact]
    public async Task A_merge_that_a_stop_held_is_nothing_to_hear_of_when_somebody_made_it_by_hand()
    {
        await using var rig = await StartAsync();
        var number = await HeldAsync(rig);

        rig.World.GitHub.MergePullRequest(number);
        await UntilOverAsync(rig);
        await rig.UntilQuietAsync();

        Assert.Equal(0, Told(rig));
    }

    [Fact]
    public async Task Checks_that_run_once_more_hold_an_allowed_merge_up_until_they_are_green()
    {
        await using var rig = await StartAsync();
        var number = await HeldAsync(rig);

        rig.World.GitHub.SetChecks(number, RunState.Running);
        await rig.Get<KillSwitch>().LiftAsync(StopScope.Global, "", null, Anna, CancellationToken.None);
        await Eventually.HoldsAsync(async () => await StateAsync(rig) == "permitted", "it is allowed to go on", CancellationToken.None);
        // What was green is believed for two polls.
        var asked = rig.World.Calls.Of(Systems.GitHub, "ListPullRequests");
        await Eventually.HoldsAsync(async () =>
        {
            await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
            return rig.World.Calls.Of(Systems.GitHub, "ListPullRequests") > asked + 5;
        }, "it is looked at", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Null(Assert.Single(await rig.FindingsAsync()).ClosedAt);

        rig.World.GitHub.SetChecks(number, RunState.Green);
        await Eventually.HoldsAsync(() => rig.World.GitHub.PullRequests.Single().MergeSha is not null, "it is merged", CancellationToken.None);
        Assert.Equal(0, Told(rig));
    }

    [Fact]
    public async Task Checks_that_turn_red_end_an_allowed_merge_and_nothing_is_promised_for_the_same_commit()
    {
        await using var rig = await StartAsync();
        var number = await HeldAsync(rig);

        rig.World.GitHub.SetChecks(number, RunState.Red);
        await UntilOverAsync(rig);

        await UntilToldAsync(rig);
        var told = rig.World.N8n.Deliveries.Single(told => IsLetDown(told.Body)).Body;
        Assert.Contains("what is pushed to it is proposed anew", told, StringComparison.Ordinal);
    }

    private static Task<RecoveryRig> StartAsync() => RecoveryRig.StartAsync(settings: settings => settings["Operations:ProposeMerges"] = "true");

    private static async Task<int> ProposedAsync(RecoveryRig rig)
    {
        var number = rig.World.GitHub.AddPullRequest();
        rig.World.GitHub.SetChecks(number, RunState.Green);
        await Eventually.HoldsAsync(async () =>
        {
            await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
            return (await rig.FindingsAsync()).Count > 0;
        }, "it is proposed", CancellationToken.None);
        return number;
    }

    // Allowed, and held by a stop.
    private static async Task<int> HeldAsync(RecoveryRig rig)
    {
        var number = await ProposedAsync(rig);
        var approval = await rig.PendingApprovalAsync();
        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Global, "", "Hands off.", Anna, CancellationToken.None);
        await rig.Get<DecideApproval>().HandleAsync(approval, approve: true, Anna, null, CancellationToken.None);
        await Eventually.HoldsAsync(async () => await StateAsync(rig) == "held", "the stop holds it", CancellationToken.None);
        return number;
    }

    private static Task UntilOverAsync(RecoveryRig rig) => Eventually.HoldsAsync(async () =>
    {
        await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
        return (await rig.FindingsAsync()).All(finding => finding.ClosedAt is not null);
    }, "it is over", CancellationToken.None);

    private static async Task UntilToldAsync(RecoveryRig rig)
    {
        try
        {
            await Eventually.HoldsAsync(() => Task.FromResult(Told(rig) == 1), "people hear of it", TimeSpan.FromSeconds(40), TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{await rig.DescribeAsync()}", e);
        }
    }

    private static int Told(RecoveryRig rig) => rig.World.N8n.Deliveries.Count(told => IsLetDown(told.Body));

    private static bool IsLetDown(string body) => body.Contains("was not merged: ", StringComparison.Ordinal);

    private static Task<string?> StateAsync(RecoveryRig rig) => rig.Database.ReadAsync(session => session.FirstAsync(
        "SELECT state FROM governed_call WHERE action = 'github.pull-request.merge'", row => row.TextOrNull("state")), CancellationToken.None);
}
