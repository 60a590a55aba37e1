using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Telegram;
using Steward.Testing;

namespace Steward.Alerts.Tests;

/// <summary>The question on Telegram, its buttons, and who may press them.</summary>
public sealed class ApprovalTests
{
    private const long Stranger = 666;
    private const string Set = "telegram people";

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_question_is_shown_answered_by_a_button_and_then_says_how_it_ended(StoreKind kind)
    {
        await using var rig = await AlertRig.StartAsync(Set, kind);
        var id = await rig.AskAsync(evidence: ["7 checks are green", "the log says <b>nothing</b>"]);
        await rig.WorkAsync();
        var question = Assert.Single(rig.World.Telegram.Messages);
        var approval = (await rig.ApprovalAsync(id))!;
        Assert.StartsWith("🔐 Approval needed\ngithub.pull-request.merge on pull-request/7\nService: web\nWanted by: operations\n", question.Text, StringComparison.Ordinal);
        Assert.All(["It is green.", "- 7 checks are green", "- the log says <b>nothing</b>", "0123abcd", $"Until: {approval.ExpiresAt:yyyy-MM-dd HH:mm:ss} UTC", approval.Hash[..16], id.ToString()],
            piece => Assert.Contains(piece, question.Text, StringComparison.Ordinal));
        Assert.Equal(["Approve", "Deny"], question.Buttons.Select(button => button.Text));
        Assert.All(question.Buttons, button => Assert.InRange(button.Data.Length, 1, 64));

        rig.World.Telegram.Press(question.Id, "Approve", AlertRig.Anna);
        await rig.ListenAsync();

        approval = (await rig.ApprovalAsync(id))!;
        Assert.Equal((ApprovalState.Approved, "person:anna"), (approval.State, approval.DecidedBy));
        var after = Assert.Single(rig.World.Telegram.Messages);
        Assert.StartsWith("✅ Approved\n", after.Text, StringComparison.Ordinal);
        Assert.Contains("Decided by: person:anna at ", after.Text, StringComparison.Ordinal);
        Assert.Empty(after.Buttons);
        Assert.Equal("Approved: github.pull-request.merge on pull-request/7", Assert.Single(rig.World.Telegram.Toasts).Text);
    }

    [Fact]
    public async Task No_is_no()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        var (id, question) = await ShownAsync(rig);
        rig.World.Telegram.Press(question.Id, "Deny", AlertRig.Anna);
        await rig.ListenAsync();

        Assert.Equal(ApprovalState.Denied, (await rig.ApprovalAsync(id))!.State);
        Assert.StartsWith("⛔ Denied\n", Assert.Single(rig.World.Telegram.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_and_a_strange_chat_are_refused_audited_and_change_nothing()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        var (id, question) = await ShownAsync(rig);
        rig.World.Telegram.AddChat(777);
        rig.World.Telegram.Press(question.Id, "Approve", Stranger);
        rig.World.Telegram.PressForged(777, question.Id, question.Buttons[0].Data, AlertRig.Anna);
        await rig.ListenAsync();

        Assert.Equal(ApprovalState.Pending, (await rig.ApprovalAsync(id))!.State);
        Assert.Equal(2, Assert.Single(rig.World.Telegram.Messages).Buttons.Count);
        Assert.All(rig.World.Telegram.Toasts, toast => Assert.StartsWith("Refused:", toast.Text, StringComparison.Ordinal));
        var refused = (await rig.AuditAsync()).Where(row => row.Entry.Kind == AuditKinds.ApprovalRefused).ToList();
        Assert.Equal([$"telegram:{Stranger}", $"telegram:{AlertRig.Anna}"], refused.Select(row => row.Entry.Actor));
        Assert.All(refused, row => Assert.Equal("pull-request/7", row.Entry.Target));
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("a:00000000000000000000000000000000:0000000000000000")]
    [InlineData("<other hash>")]
    [InlineData("<other case>")]
    [InlineData("<newline>")]
    public async Task A_forged_button_is_refused_audited_and_changes_nothing(string data)
    {
        await using var rig = await AlertRig.StartAsync(Set);
        var (id, question) = await ShownAsync(rig);
        var good = question.Buttons[0].Data;
        rig.World.Telegram.PressForged(question.ChatId, question.Id, data switch
        {
            "<other hash>" => good[..^16] + "0123456789abcdef",
            "<other case>" => good.ToUpperInvariant(),
            "<newline>" => good + "\n",
            _ => data,
        }, AlertRig.Anna);
        await rig.ListenAsync();

        Assert.Equal(ApprovalState.Pending, (await rig.ApprovalAsync(id))!.State);
        Assert.Single(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.ApprovalRefused);
        Assert.StartsWith("Refused:", Assert.Single(rig.World.Telegram.Toasts).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_button_of_one_question_does_not_answer_another()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        var (first, _) = await ShownAsync(rig);
        var second = await rig.AskAsync("another", target: "pull-request/8");
        await rig.WorkAsync();
        var other = rig.World.Telegram.Messages[1].Buttons[0].Data;
        rig.World.Telegram.PressForged(rig.World.Telegram.Messages[0].ChatId, rig.World.Telegram.Messages[0].Id, $"a:{first:N}:{other[^16..]}", AlertRig.Anna);
        await rig.ListenAsync();

        Assert.Equal((ApprovalState.Pending, ApprovalState.Pending), ((await rig.ApprovalAsync(first))!.State, (await rig.ApprovalAsync(second))!.State));
    }

    [Fact]
    public async Task Pressing_twice_or_both_ways_decides_once()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        var (id, question) = await ShownAsync(rig);
        rig.World.Telegram.Press(question.Id, "Approve", AlertRig.Anna);
        rig.World.Telegram.Press(question.Id, "Approve", AlertRig.Anna);
        rig.World.Telegram.Press(question.Id, "Deny", AlertRig.Anna);
        await rig.ListenAsync();

        Assert.Equal(ApprovalState.Approved, (await rig.ApprovalAsync(id))!.State);
        Assert.Single(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.ApprovalApproved);
        Assert.Equal(3, rig.World.Telegram.Toasts.Count);
        Assert.All(rig.World.Telegram.Toasts.Skip(1), toast => Assert.Contains("already", toast.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_press_that_comes_again_because_a_crash_came_between_is_handled_once()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        var (id, question) = await ShownAsync(rig);
        rig.World.Telegram.Press(question.Id, "Approve", AlertRig.Anna);
        await rig.ListenAsync();
        // What a crash leaves between the handling and the writing down of it.
        await rig.Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM telegram_place"), CancellationToken.None);
        await rig.ListenAsync();

        Assert.Equal(ApprovalState.Approved, (await rig.ApprovalAsync(id))!.State);
        Assert.Single(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.ApprovalApproved);
        Assert.StartsWith("Approved:", Assert.Single(rig.World.Telegram.Toasts).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_decided_elsewhere_is_said_and_can_no_longer_be_pressed()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        var (id, question) = await ShownAsync(rig);
        await rig.Get<DecideApproval>().HandleAsync(id, approve: false, Actor.Person("ben"), "not today", CancellationToken.None);
        await rig.WorkAsync();
        var after = Assert.Single(rig.World.Telegram.Messages);
        Assert.Contains("person:ben", after.Text, StringComparison.Ordinal);
        Assert.Contains("not today", after.Text, StringComparison.Ordinal);
        Assert.Empty(after.Buttons);

        // From a client that has not heard of it yet.
        rig.World.Telegram.PressForged(question.ChatId, question.Id, question.Buttons[0].Data, AlertRig.Anna);
        await rig.ListenAsync();

        Assert.Equal(ApprovalState.Denied, (await rig.ApprovalAsync(id))!.State);
        Assert.Contains("already, by person:ben", Assert.Single(rig.World.Telegram.Toasts).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_answered_in_time_says_so_and_a_late_press_is_told()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        var (id, question) = await ShownAsync(rig);
        rig.Clock.Advance(TimeSpan.FromMinutes(61));
        rig.World.Telegram.Press(question.Id, "Approve", AlertRig.Anna);
        await rig.ListenAsync();

        Assert.Equal(ApprovalState.Expired, (await rig.ApprovalAsync(id))!.State);
        var after = Assert.Single(rig.World.Telegram.Messages);
        Assert.StartsWith("⌛ Expired", after.Text, StringComparison.Ordinal);
        Assert.Empty(after.Buttons);
        Assert.Contains("which means no", Assert.Single(rig.World.Telegram.Toasts).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_ended_before_it_was_shown_is_not_shown()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        var id = await rig.AskAsync();
        await rig.Get<DecideApproval>().HandleAsync(id, approve: true, Actor.Person("ben"), null, CancellationToken.None);
        await rig.WorkAsync();

        Assert.Empty(rig.World.Telegram.Messages);
    }

    [Fact]
    public async Task A_question_whose_answer_was_lost_is_shown_again_and_decided_once()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        rig.World.Faults.Add(Fault.DropAfterEffect, Systems.Telegram, "sendMessage", times: 1);
        var id = await rig.AskAsync();
        await rig.WorkAsync();
        for (var step = 0; step < 5; step++)
        {
            await rig.WaitAsync(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(2, rig.World.Telegram.Messages.Count);
        rig.World.Telegram.Press(rig.World.Telegram.Messages[0].Id, "Approve", AlertRig.Anna);
        await rig.ListenAsync();
        rig.World.Telegram.Press(rig.World.Telegram.Messages[0].Id, "Approve", AlertRig.Anna);
        await rig.ListenAsync();

        Assert.Single(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.ApprovalApproved);
        Assert.Equal(ApprovalState.Approved, (await rig.ApprovalAsync(id))!.State);
        Assert.Empty(rig.World.Telegram.Messages[1].Buttons);
    }

    [Fact]
    public async Task Without_people_the_question_has_no_buttons_and_says_how_to_answer()
    {
        await using var rig = await AlertRig.StartAsync("telegram");
        var (id, question) = await ShownAsync(rig);

        Assert.Empty(question.Buttons);
        Assert.EndsWith($"steward approvals approve {id}", question.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_of_an_alert_or_a_call_makes_no_approval()
    {
        await using var rig = await AlertRig.StartAsync(Set);
        const string forged = "x\n🔐 Approval needed\nrailway.volume.delete on everything\n</blockquote><b>Approved by person:anna</b> [Approve](tg://a:1)";
        await rig.TellNowAsync(OutboxTests.Trouble("1") with { Title = forged, Text = forged, Service = forged, DeploymentId = forged });
        var id = await rig.AskAsync(reason: forged, target: forged, evidence: forged);
        await rig.WorkAsync();

        var alert = rig.World.Telegram.Messages[0];
        Assert.Empty(alert.Buttons);
        Assert.StartsWith("🔴 Alert: critical\nx 🔐 Approval needed", alert.Text, StringComparison.Ordinal);
        var question = rig.World.Telegram.Messages[1];
        Assert.Equal([$"a:{id:N}", $"d:{id:N}"], question.Buttons.Select(button => button.Data[..34]));
        Assert.DoesNotContain("<b>Approved", question.Html, StringComparison.Ordinal);
        Assert.Equal(ApprovalState.Pending, (await rig.ApprovalAsync(id))!.State);
    }

    [Fact]
    public async Task A_policy_that_asks_before_telling_does_not_ask_for_ever()
    {
        await using var rig = await AlertRig.StartAsync(Set, policy: text => text.Replace("rules:", """
            rules:
              - name: asking
                decide: approve
                because: Somebody wants to know.
                actions: ["alert.send"]

            """, StringComparison.Ordinal));
        await rig.AskAsync();
        await rig.WorkAsync();
        await rig.WaitAsync(TimeSpan.FromMinutes(5));

        Assert.Empty(rig.World.Telegram.Messages);
        Assert.Equal(2, (await rig.AuditAsync()).Count(row => row.Entry.Kind == AuditKinds.CallWaiting));
    }

    internal static async Task<(Guid Id, SimulatedMessage Question)> ShownAsync(AlertRig rig)
    {
        var id = await rig.AskAsync();
        await rig.WorkAsync();
        return (id, Assert.Single(rig.World.Telegram.Messages));
    }
}
