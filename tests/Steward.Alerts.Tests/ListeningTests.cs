using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Testing;

namespace Steward.Alerts.Tests;

/// <summary>Who listens for buttons, and from where on.</summary>
public sealed class ListeningTests
{
    private const string Set = "telegram people";

    [Fact]
    public async Task Two_nodes_listen_one_at_a_time_and_a_press_counts_once()
    {
        await using var rig = await AlertRig.StartAsync(Set, StoreKind.Postgres, runs: true);
        await using var other = await rig.AnotherAsync(Set);
        var id = await rig.AskAsync();
        await Eventually.HoldsAsync(() => rig.World.Telegram.Messages.Count == 1, "the question is shown", CancellationToken.None);
        rig.World.Telegram.Press(rig.World.Telegram.Messages[0].Id, "Approve", AlertRig.Anna);
        await Eventually.HoldsAsync(() => rig.World.Telegram.Messages[0].Buttons.Count == 0, "the message says how it ended", CancellationToken.None);

        Assert.Equal(ApprovalState.Approved, (await rig.ApprovalAsync(id))!.State);
        Assert.Single(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.ApprovalApproved);
        Assert.DoesNotContain(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.ApprovalRefused);
    }

    [Fact]
    public async Task A_node_goes_on_listening_where_another_left_off()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        var (_, question) = await ApprovalTests.ShownAsync(rig);
        rig.World.Telegram.Press(question.Id, "Approve", AlertRig.Anna);
        await rig.ListenAsync();
        await using var other = await rig.AnotherAsync(Set);
        await rig.AskAsync("another");
        await rig.WorkAsync();
        rig.World.Telegram.Press(rig.World.Telegram.Messages[^1].Id, "Deny", AlertRig.Anna);
        await other.ListenAsync();

        // The first press did not come again.
        Assert.DoesNotContain(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.ApprovalRefused);
        Assert.Equal(["Approved", "Denied"], rig.World.Telegram.Toasts.Select(toast => toast.Text.Split(':')[0]));
    }

    [Fact]
    public async Task A_press_after_a_quiet_week_is_heard_though_its_number_is_lower()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        var (first, question) = await ApprovalTests.ShownAsync(rig);
        rig.World.Telegram.Press(question.Id, "Approve", AlertRig.Anna);
        await rig.ListenAsync();
        await rig.WaitAsync(TimeSpan.FromDays(8));
        rig.World.Telegram.NumbersFrom(7);
        var second = await rig.AskAsync("another");
        await rig.WorkAsync();
        rig.World.Telegram.Press(rig.World.Telegram.Messages[^1].Id, "Approve", AlertRig.Anna);
        await rig.ListenAsync();

        Assert.Equal(ApprovalState.Approved, (await rig.ApprovalAsync(second))!.State);
        Assert.NotEqual(first, second);
    }
}
