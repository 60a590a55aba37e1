using System.Text.Json.Nodes;
using Steward.Alerts.Deliveries;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.PagerDuty;
using Steward.Testing;
using static Steward.Alerts.Tests.OutboxTests;

namespace Steward.Alerts.Tests;

/// <summary>Which channels get an alert, what is done when one fails, and what when nobody knows.</summary>
public sealed class DeliveryTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("n8n telegram mail pagerduty", AlertSeverity.Critical, "mail n8n pagerduty telegram")]
    [InlineData("n8n telegram mail pagerduty", AlertSeverity.Warning, "mail n8n telegram")]
    [InlineData("n8n telegram mail pagerduty", AlertSeverity.Info, "mail n8n telegram")]
    [InlineData("mail", AlertSeverity.Info, "mail")]
    [InlineData("telegram", AlertSeverity.Warning, "telegram")]
    [InlineData("pagerduty", AlertSeverity.Critical, "pagerduty")]
    [InlineData("pagerduty", AlertSeverity.Warning, "")]
    public async Task Unless_said_otherwise_every_channel_is_used_and_PagerDuty_for_critical_alerts_alone(string channels, AlertSeverity severity, string expected)
    {
        await using var rig = await AlertRig.StartAsync(channels);
        var told = await rig.TellNowAsync(Trouble("1", severity));

        Assert.Equal(expected, string.Join(' ', told.Deliveries.Select(delivery => delivery.Channel).Order()));
        Assert.All(told.Deliveries, delivery => Assert.Equal(DeliveryState.Delivered, delivery.State));
        Assert.All(told.Deliveries, delivery => Assert.NotNull(delivery.Receipt));
    }

    [Fact]
    public async Task Each_channel_says_what_there_is_to_say_and_keeps_its_receipt()
    {
        await using var rig = await AlertRig.StartAsync("n8n telegram mail pagerduty");
        var told = await rig.TellNowAsync(Trouble("1") with { Environment = "staging", PullRequest = 12, CommitSha = "c0ffee", DeploymentId = "7f3c", RollbackDeploymentId = "6e2b", Link = "https://steward.example/f/1" });

        var message = Assert.Single(rig.World.Telegram.Messages);
        Assert.StartsWith("🔴 Alert: critical\nweb is in trouble\nService: web\nStatus: FAILED\nEnvironment: staging\nPull request: #12\nCommit: c0ffee\nDeployment: 7f3c\nTo go back to: 6e2b\n", message.Text, StringComparison.Ordinal);
        var letter = Assert.Single(rig.World.Mail.Letters);
        Assert.Equal("[critical] web is in trouble", letter.Subject);
        Assert.Contains("To go back to: 6e2b", letter.Text, StringComparison.Ordinal);
        var incident = Assert.Single(rig.World.PagerDuty.Alerts);
        Assert.Equal(("deployment-crashed/7f3c", "web is in trouble", "critical"), (incident.DedupKey, incident.Summary, incident.Severity));
        var details = Assert.Single(rig.World.PagerDuty.Events)["payload"]!["custom_details"]!;
        Assert.Equal(("staging", 12, "c0ffee"), ((string?)details["environment"], (int?)details["pull_request"], (string?)details["commit"]));
        var body = JsonNode.Parse(Assert.Single(rig.World.N8n.Deliveries).Body)!;
        Assert.Equal(("7f3c", "staging", 12, "c0ffee"), ((string?)body["deploymentId"], (string?)body["environment"], (int?)body["pullRequest"], (string?)body["commitSha"]));
        Assert.Equal(
            ["mail: 250 2.0.0 Ok: queued as SIM0001", "n8n: n8n took the alert.", "pagerduty: Dedup key deployment-crashed/7f3c.", $"telegram: Message {message.Id}."],
            told.Deliveries.Select(delivery => $"{delivery.Channel}: {delivery.Receipt}").Order());
    }

    [Fact]
    public async Task Lists_of_channels_are_followed()
    {
        await using var rig = await AlertRig.StartAsync("n8n telegram mail pagerduty", settings: new()
        {
            ["Alerts:Warning:Channels"] = "PagerDuty, mail",
            ["Alerts:Warning:Fallback"] = "none",
            ["Alerts:Info:Channels"] = "none",
        });
        var warning = await rig.TellNowAsync(Trouble("1", AlertSeverity.Warning));
        var info = await rig.TellNowAsync(Trouble("2", AlertSeverity.Info) with { Fingerprint = "another" });

        Assert.Equal(["mail", "pagerduty"], warning.Deliveries.Select(delivery => delivery.Channel).Order());
        Assert.Equal(AlertState.Undelivered, info.State);
        Assert.Contains("Alerts:Info:Channels", info.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_refuses_gives_way_to_the_next_one_at_once()
    {
        await using var rig = await AlertRig.StartAsync("telegram n8n mail", settings: TelegramFirst());
        rig.World.Telegram.Refuse("bot was blocked by the user");
        rig.World.N8n.Unregister("steward-alerts");
        var told = await rig.TellNowAsync(Trouble("1", AlertSeverity.Warning));

        Assert.Equal(AlertState.Delivered, told.State);
        Assert.Equal(["telegram failed of nothing", "n8n failed of telegram", "mail delivered of n8n"],
            told.Deliveries.OrderBy(delivery => delivery.InsteadOf is null ? 0 : delivery.InsteadOf == "telegram" ? 1 : 2)
                .Select(delivery => $"{delivery.Channel} {Platform.Storage.Row.EnumText(delivery.State)} of {delivery.InsteadOf ?? "nothing"}"));
        Assert.Contains("unblock", told.Deliveries.Single(delivery => delivery.Channel == "telegram").Error, StringComparison.Ordinal);
        Assert.Single(rig.World.Mail.Letters);
    }

    [Fact]
    public async Task A_channel_that_fails_too_often_gives_way_and_one_that_comes_back_in_time_does_not()
    {
        await using var rig = await AlertRig.StartAsync("telegram mail", settings: TelegramFirst());
        rig.World.Faults.Add(Fault.RateLimit(TimeSpan.FromSeconds(3)), Systems.Telegram, "sendMessage", times: 4);
        await rig.TellNowAsync(Trouble("1", AlertSeverity.Warning));
        await PatienceAsync(rig);
        Assert.Equal(["telegram"], (await rig.FindAsync("1")).Deliveries.Select(delivery => delivery.Channel));
        Assert.Equal((DeliveryState.Delivered, 4), ((await rig.FindAsync("1")).Deliveries[0].State, (await rig.FindAsync("1")).Deliveries[0].Attempts));

        rig.World.Faults.Add(Fault.RateLimit(TimeSpan.FromSeconds(3)), Systems.Telegram, "sendMessage");
        await rig.TellNowAsync(Trouble("2", AlertSeverity.Warning) with { Fingerprint = "another" });
        await PatienceAsync(rig);

        var told = await rig.FindAsync("2");
        Assert.Equal(AlertState.Delivered, told.State);
        Assert.Equal((DeliveryState.Failed, 5), (told.Deliveries.Single(one => one.Channel == "telegram").State, told.Deliveries.Single(one => one.Channel == "telegram").Attempts));
        Assert.Single(rig.World.Mail.Letters);
    }

    [Fact]
    public async Task The_only_channel_is_tried_for_half_an_hour_and_then_it_is_said_that_nobody_heard()
    {
        await using var rig = await AlertRig.StartAsync("telegram");
        rig.World.Faults.Add(Fault.RateLimit(TimeSpan.FromSeconds(3)), Systems.Telegram, "sendMessage");
        await rig.TellNowAsync(Trouble("1"));
        await PatienceAsync(rig);
        Assert.Equal(AlertState.Pending, (await rig.FindAsync("1")).State);
        for (var minute = 0; minute < 60; minute++)
        {
            await rig.WaitAsync(TimeSpan.FromMinutes(1));
        }

        var told = await rig.FindAsync("1");
        Assert.Equal(AlertState.Undelivered, told.State);
        Assert.Contains("14 attempts", told.Because, StringComparison.Ordinal);

        rig.World.Faults.Clear();
        Assert.Equal(AlertState.Delivered, (await rig.TellNowAsync(Trouble("2"))).State);
    }

    [Fact]
    public async Task Where_nobody_can_know_a_warning_is_not_repeated_but_told_elsewhere()
    {
        await using var rig = await AlertRig.StartAsync("telegram mail", settings: TelegramFirst());
        rig.World.Faults.Add(Fault.DropAfterEffect, Systems.Telegram, "sendMessage", times: 1);
        await rig.TellNowAsync(Trouble("1", AlertSeverity.Warning));
        await rig.WaitAsync(Grace);

        var told = await rig.FindAsync("1");
        Assert.Equal(DeliveryState.Unknown, told.Deliveries.Single(delivery => delivery.Channel == "telegram").State);
        Assert.Equal(DeliveryState.Delivered, told.Deliveries.Single(delivery => delivery.Channel == "mail").State);
        Assert.Single(rig.World.Telegram.Messages);
        Assert.Single(rig.World.Mail.Letters);
    }

    [Theory]
    [InlineData("telegram mail", AlertSeverity.Critical)]
    [InlineData("telegram", AlertSeverity.Info)]
    public async Task Where_nobody_can_know_a_critical_alert_is_repeated_and_so_is_one_that_has_nowhere_else_to_go(string channels, AlertSeverity severity)
    {
        await using var rig = await AlertRig.StartAsync(channels, settings: TelegramFirst());
        rig.World.Faults.Add(Fault.DropAfterEffect, Systems.Telegram, "sendMessage", times: 1);
        await rig.TellNowAsync(Trouble("1", severity));
        await rig.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Single(rig.World.Telegram.Messages);
        await rig.WaitAsync(Grace);

        Assert.Equal(AlertState.Delivered, (await rig.FindAsync("1")).State);
        Assert.Equal(2, rig.World.Telegram.Messages.Count);
        Assert.Empty(rig.World.Mail.Letters);
        Assert.Contains(await rig.AuditAsync(), row => row.Entry.Kind == "call.resolved" && row.Entry.Evidence.Any(line => line.Contains("Nobody can know", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(nameof(Fault.DropAfterEffect), 1)]
    [InlineData(nameof(Fault.DropBeforeEffect), 1)]
    public async Task N8n_is_asked_whether_an_alert_arrived(string fault, int arrivals)
    {
        await using var rig = await AlertRig.StartAsync("n8n");
        await rig.TellNowAsync(Trouble("earlier") with { Fingerprint = "another" });
        await rig.WaitAsync(TimeSpan.FromSeconds(1));
        rig.World.Faults.Add(fault == nameof(Fault.DropAfterEffect) ? Fault.DropAfterEffect : Fault.DropBeforeEffect, Systems.N8n, "Webhook", times: 1);
        await rig.TellNowAsync(Trouble("1", AlertSeverity.Warning));
        await rig.WaitAsync(Grace);

        Assert.Equal(AlertState.Delivered, (await rig.FindAsync("1")).State);
        Assert.Equal(arrivals, rig.World.N8n.Deliveries.Count(delivery => delivery.Headers["idempotency-key"] == "1"));
    }

    [Fact]
    public async Task PagerDuty_is_told_again_because_that_wakes_nobody_twice()
    {
        await using var rig = await AlertRig.StartAsync("pagerduty");
        rig.World.Faults.Add(Fault.DropAfterEffect, Systems.PagerDuty, times: 1);
        await rig.TellNowAsync(Trouble("1"));
        await rig.WaitAsync(Grace);

        Assert.Equal(AlertState.Delivered, (await rig.FindAsync("1")).State);
        Assert.Equal((1, 2), (rig.World.PagerDuty.Alerts.Count, Assert.Single(rig.World.PagerDuty.Alerts).Events));
    }

    [Fact]
    public async Task An_end_does_not_overtake_what_it_ends()
    {
        await using var rig = await AlertRig.StartAsync("pagerduty");
        rig.World.Faults.Add(Fault.RateLimit(TimeSpan.FromSeconds(3)), Systems.PagerDuty, times: 1);
        await rig.TellNowAsync(Trouble("1"));
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var waiting = await rig.TellNowAsync(End("2"));
        Assert.Empty(rig.World.PagerDuty.Events);
        Assert.Equal(DeliveryState.Pending, Assert.Single(waiting.Deliveries).State);
        await rig.WaitAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(["trigger", "resolve"], rig.World.PagerDuty.Events.Select(sent => (string?)sent["event_action"]));
        Assert.Equal(SimulatedAlertState.Resolved, Assert.Single(rig.World.PagerDuty.Alerts).State);
    }

    [Fact]
    public async Task A_policy_that_forbids_telling_is_obeyed_and_said()
    {
        await using var rig = await AlertRig.StartAsync("telegram", policy: text => text.Replace("rules:", """
            rules:
              - name: silence
                decide: deny
                because: Nobody is to be told anything.
                actions: ["alert.send"]

            """, StringComparison.Ordinal));
        var told = await rig.TellNowAsync(Trouble("1"));

        Assert.Equal(AlertState.Undelivered, told.State);
        Assert.Contains("Nobody is to be told anything.", told.Because, StringComparison.Ordinal);
        Assert.Empty(rig.World.Telegram.Messages);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_delivery_that_a_person_starts_again_is_delivered(StoreKind kind)
    {
        await using var rig = await AlertRig.StartAsync("telegram", kind);
        rig.World.Telegram.Refuse("bot was blocked by the user");
        await rig.TellNowAsync(Trouble("1"));
        Assert.Equal(AlertState.Undelivered, (await rig.FindAsync("1")).State);

        rig.World.Telegram.Refuse(null);
        var ledger = rig.Get<Platform.Work.WorkLedger>();
        var item = (await ledger.ListAsync(Platform.Work.WorkState.Failed, "alerts.deliver", new Kernel.PageRequest(), CancellationToken.None)).Items.Single();
        await rig.Get<Platform.Storage.Database>().WriteAsync(session => ledger.RedriveAsync(session, item.Id), CancellationToken.None);
        await rig.WorkAsync();

        Assert.Equal(AlertState.Delivered, (await rig.FindAsync("1")).State);
        Assert.Single(rig.World.Telegram.Messages);
    }

    internal static Dictionary<string, string?> TelegramFirst() => Enum.GetNames<AlertSeverity>().ToDictionary(severity => $"Alerts:{severity}:Channels", _ => (string?)"telegram");

    // As long as five attempts take, with what Telegram asks for.
    private static async Task PatienceAsync(AlertRig rig)
    {
        for (var step = 0; step < 12; step++)
        {
            await rig.WaitAsync(TimeSpan.FromSeconds(5));
        }
    }
}
