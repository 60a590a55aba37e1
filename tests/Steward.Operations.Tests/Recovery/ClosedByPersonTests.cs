using Steward.Governance.Calls;
using Steward.Operations.Findings;
using Steward.Simulation.GitHub;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>What a person says is over, whole: the same occurrence is not found again, another one is, also when it had happened by then.</summary>
public sealed class ClosedByPersonTests
{
    private static readonly Actor Anna = Actor.Person("anna");

    [Fact]
    public async Task A_run_that_had_failed_before_a_person_closed_the_failure_of_another_one_is_found()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: Asleep);
        await rig.UntilAsleepAsync();
        Fail(rig, "error CS1002: ; expected");
        await UntilFoundAsync(rig, 1);
        var second = Fail(rig, "error CS0103: The name 'x' does not exist in the current context");
        await AFewSecondsAsync(rig);

        await rig.Get<CloseFinding>().HandleAsync(Assert.Single(await rig.FindingsAsync()).Id, "Mended.", Anna, CancellationToken.None);
        await UntilFoundAsync(rig, 2);

        Assert.Equal($"run/{second}", (await rig.FindingsAsync())[0].Subject);
    }

    [Fact]
    public async Task A_run_that_was_known_to_have_failed_as_well_is_over_with_the_one_before_it()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: Asleep);
        await rig.UntilAsleepAsync();
        Fail(rig, "error CS1002: ; expected");
        await UntilFoundAsync(rig, 1);
        var second = Fail(rig, "error CS1002: ; expected");
        await Eventually.HoldsAsync(async () =>
        {
            await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
            return (await rig.FindingsAsync()) is [{ LatestCause: { } latest }] && latest.Contains($"/{second}.", StringComparison.Ordinal);
        }, "the second failure is seen", CancellationToken.None);
        await AFewSecondsAsync(rig);

        await rig.Get<CloseFinding>().HandleAsync(Assert.Single(await rig.FindingsAsync()).Id, "Mended.", Anna, CancellationToken.None);
        var turn = await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);

        Assert.Empty(turn.Missing);
        Assert.Single(await rig.FindingsAsync());
    }

    [Fact]
    public async Task A_commit_that_was_pushed_before_a_person_closed_the_proposal_of_the_one_before_it_is_proposed()
    {
        await using var rig = await RecoveryRig.StartAsync(settings: settings =>
        {
            Asleep(settings);
            settings["Operations:ProposeMerges"] = "true";
        });
        await rig.UntilAsleepAsync();
        var number = rig.World.GitHub.AddPullRequest();
        rig.World.GitHub.SetChecks(number, RunState.Green);
        await UntilFoundAsync(rig, 1);
        rig.World.GitHub.Push(rig.World.GitHub.PullRequests.Single().HeadBranch, "More");
        await AFewSecondsAsync(rig);

        await rig.Get<CloseFinding>().HandleAsync(Assert.Single(await rig.FindingsAsync()).Id, null, Anna, CancellationToken.None);
        rig.World.GitHub.SetChecks(number, RunState.Green);
        await UntilFoundAsync(rig, 2);

        Assert.EndsWith(rig.World.GitHub.PullRequests.Single().HeadSha, (await rig.FindingsAsync())[0].Cause, StringComparison.Ordinal);
    }

    private static void Asleep(Dictionary<string, string?> settings)
    {
        settings["Operations:PollInterval"] = "00:10:00";
        settings["Operations:MovingInterval"] = "00:10:00";
    }

    private static Task UntilFoundAsync(RecoveryRig rig, int count) => Eventually.HoldsAsync(async () =>
    {
        await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
        return (await rig.FindingsAsync()).Count == count;
    }, $"{count} are found", CancellationToken.None);

    // GitHub dates by the second: what is of the same one may have come after.
    private static async Task AFewSecondsAsync(RecoveryRig rig)
    {
        var now = rig.Get<TimeProvider>().GetUtcNow();
        await Eventually.HoldsAsync(() => rig.Get<TimeProvider>().GetUtcNow() > now.AddSeconds(2.5), "the seconds are over", CancellationToken.None);
    }

    private static long Fail(RecoveryRig rig, string error) =>
        rig.World.GitHub.AddRun(RunState.Red, jobs: [new SimulatedJob("test", RunState.Red, $"src/Program.cs(17,9): {error}\n")]);
}
