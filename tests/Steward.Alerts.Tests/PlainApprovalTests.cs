using Steward.Governance.Approvals;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Testing;

namespace Steward.Alerts.Tests;

/// <summary>Questions to people where there are no buttons.</summary>
public sealed class PlainApprovalTests
{
    [Theory]
    [InlineData("n8n", AlertSeverity.Warning)]
    [InlineData("mail", AlertSeverity.Warning)]
    [InlineData("pagerduty", AlertSeverity.Critical)]
    public async Task A_question_is_told_on_whatever_channel_there_is_with_the_command_that_answers_it(string channel, AlertSeverity severity)
    {
        await using var rig = await AlertRig.StartAsync(channel);
        var id = await rig.AskAsync(evidence: ["7 checks are green"]);
        await rig.WorkAsync();

        var told = await rig.FindAsync($"approval/{id}/pending");
        Assert.Equal((AlertState.Delivered, severity, "web"), (told.State, told.Alert.Severity, told.Alert.Service));
        Assert.Equal(channel, Assert.Single(told.Deliveries).Channel);
        Assert.Equal("Approval needed: github.pull-request.merge on pull-request/7", told.Alert.Title);
        Assert.All(["It is green.", "7 checks are green", "operations", $"steward approvals approve {id}", $"steward approvals deny {id}"],
            piece => Assert.Contains(piece, told.Alert.Text, StringComparison.Ordinal));

        await rig.Get<DecideApproval>().HandleAsync(id, approve: true, Actor.Person("ben"), "go", CancellationToken.None);
        await rig.WorkAsync();

        var over = await rig.FindAsync($"approval/{id}/approved");
        Assert.Equal((AlertState.Delivered, true), (over.State, over.Alert.IsResolved));
        Assert.Contains("person:ben: go", over.Alert.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Telegram_refuses_is_told_elsewhere()
    {
        await using var rig = await AlertRig.StartAsync("telegram people mail");
        rig.World.Telegram.Refuse("Bad Request: chat not found");
        var id = await rig.AskAsync();
        await rig.WorkAsync();

        Assert.Empty(rig.World.Telegram.Messages);
        Assert.Contains($"steward approvals approve {id}", Assert.Single(rig.World.Mail.Letters).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Telegram_shows_is_told_nowhere_else()
    {
        await using var rig = await AlertRig.StartAsync("telegram people n8n mail");
        await rig.AskAsync();
        await rig.WorkAsync();

        Assert.Single(rig.World.Telegram.Messages);
        Assert.Empty(await rig.ListAsync());
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_stop_that_Steward_raises_by_itself_is_told_with_how_to_lift_it_and_its_end_as_well(StoreKind kind)
    {
        await using var rig = await AlertRig.StartAsync("n8n", kind);
        for (var i = 0; i < 3; i++)
        {
            var call = new Call("railway.deployment.rollback", $"deployment/{i}", [], "web");
            var answer = await rig.Get<Gate>().AskAsync(new CallRequest($"back/{i}", new Actor("operations"), call, "It crashed.", "c") { Facts = new HashSet<string> { "known-good" } }, CancellationToken.None);
            await Assert.IsType<GateAnswer.Permitted>(answer).Permit.RunAsync(call, _ => Task.FromResult(0), _ => null, CancellationToken.None);
        }

        await rig.WorkAsync();

        var told = Assert.Single(await rig.ListAsync());
        Assert.Equal((AlertState.Delivered, AlertSeverity.Critical, "web", "STOPPED"), (told.State, told.Alert.Severity, told.Alert.Service, told.Alert.Status));
        Assert.All(["web was rolled back 3 times in an hour", "no rollback, no restart, no deploy", "steward resume --service 'web'"], piece => Assert.Contains(piece, told.Alert.Text, StringComparison.Ordinal));

        await rig.Get<KillSwitch>().LiftAsync(StopScope.Service, "web", null, Actor.Person("anna"), CancellationToken.None);
        await rig.WorkAsync();

        Assert.Single(await rig.ListAsync(), one => one is { State: AlertState.Delivered, Alert.IsResolved: true });
    }

    [Fact]
    public async Task A_stop_that_a_person_raises_is_not_told()
    {
        await using var rig = await AlertRig.StartAsync("n8n");
        await rig.Get<KillSwitch>().RaiseAsync(StopScope.Service, "web", "mine", Actor.Person("anna"), CancellationToken.None);
        await rig.WorkAsync();

        Assert.Empty(await rig.ListAsync());
    }
}
