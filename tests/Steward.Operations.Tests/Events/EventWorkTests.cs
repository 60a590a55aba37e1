using Steward.Kernel;
using Steward.Operations.Events;
using Steward.Operations.Tests.Recovery;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Operations.Tests.Events;

/// <summary>What follows from an event: the loop looks, soon and not too often, and nothing else.</summary>
public sealed class EventWorkTests
{
    [Theory]
    [InlineData("railway", "DEPLOY", true)]
    [InlineData("n8n", "finished", true)]
    [InlineData("github", "push", true)]
    [InlineData("github", "pull_request", true)]
    [InlineData("github", "workflow_run", true)]
    [InlineData("github", "check_suite", true)]
    [InlineData("github", "deployment_status", true)]
    [InlineData("github", "ping", false)]
    [InlineData("github", "star", false)]
    public async Task The_loop_looks_when_something_may_have_moved(string source, string kind, bool looks)
    {
        await using var rig = await QuietRigAsync();
        var before = await TurnsAsync(rig);

        await BringAsync(rig, source, kind, "1");
        await DoneAsync(rig, 1);

        if (looks)
        {
            await Eventually.HoldsAsync(async () => await TurnsAsync(rig) > before, "the loop takes a turn", CancellationToken.None);
        }
        else
        {
            Assert.Equal(before, await TurnsAsync(rig));
        }
    }

    [Fact]
    public async Task Many_events_close_together_become_few_looks_and_the_last_is_seen()
    {
        await using var rig = await QuietRigAsync();
        var before = await TurnsAsync(rig);
        var begun = TimeProvider.System.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, 500).Select(number => BringAsync(rig, "github", "push", $"{number}")));
        await DoneAsync(rig, 500);
        await Eventually.HoldsAsync(async () => await TurnsAsync(rig) > before, "the loop takes a turn", CancellationToken.None);
        await rig.UntilAsleepAsync();

        var turns = await TurnsAsync(rig) - before;
        var most = (TimeProvider.System.GetElapsedTime(begun) / EventWakes.Spacing) + 2;
        Assert.InRange(turns, 1, most);
        Assert.True(turns < 250, $"{turns} turns for 500 events");
    }

    [Fact]
    public async Task What_is_delivered_again_makes_nobody_look()
    {
        await using var rig = await QuietRigAsync();
        var first = await TurnsAsync(rig);
        await BringAsync(rig, "github", "push", "1");
        await Eventually.HoldsAsync(async () => await TurnsAsync(rig) > first, "the loop takes a turn", CancellationToken.None);
        await rig.UntilAsleepAsync();
        var before = await TurnsAsync(rig);

        Assert.True((await BringAsync(rig, "github", "push", "1")).Known);
        await DoneAsync(rig, 1);
        Assert.Equal(before, await TurnsAsync(rig));
    }

    private static async Task<RecoveryRig> QuietRigAsync()
    {
        var rig = await RecoveryRig.StartAsync(settings: settings => (settings["Operations:PollInterval"], settings["Operations:MovingInterval"]) = ("00:10:00", "00:10:00"));
        await rig.UntilAsleepAsync();
        return rig;
    }

    private static Task<TakenEvent> BringAsync(RecoveryRig rig, string source, string kind, string delivery) =>
        rig.Get<Inbox>().RecordAsync(new EventRecord(source, kind, delivery), CancellationToken.None);

    private static Task DoneAsync(RecoveryRig rig, int count) => Eventually.HoldsAsync(async () =>
    {
        var events = (await rig.Get<WorkLedger>().ListAsync(WorkState.Succeeded, EventWork.WorkKind, new PageRequest(500), CancellationToken.None)).Items;
        return events.Count == count;
    }, "the events are worked on", CancellationToken.None);

    private static async Task<long> TurnsAsync(RecoveryRig rig) =>
        (await rig.Get<WorkLedger>().ListAsync(null, "operations.watch", new PageRequest(), CancellationToken.None)).Items.Single().Fence;
}
