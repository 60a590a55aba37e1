using Steward.Platform.Work;
using Steward.Kernel;
using Steward.Testing;

namespace Steward.Alerts.Tests;

/// <summary>When an alert exists, and when it is kept back.</summary>
public sealed class OutboxTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task An_alert_exists_if_and_only_if_its_callers_rows_do(StoreKind kind)
    {
        await using var rig = await AlertRig.StartAsync("n8n", kind);
        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.Database.WriteAsync(async session =>
        {
            await rig.Get<Outbox>().TellAsync(session, Trouble("1"));
            throw new InvalidOperationException("The caller fails.");
        }, CancellationToken.None));
        Assert.Empty(await rig.ListAsync());

        var told = await rig.TellNowAsync(Trouble("1"));

        Assert.Equal(AlertState.Delivered, told.State);
        Assert.Equal("n8n took the alert.", Assert.Single(told.Deliveries).Receipt);
        Assert.Equal("1", Assert.Single(rig.World.N8n.Deliveries).Headers["idempotency-key"]);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Telling_twice_with_one_key_is_telling_once(StoreKind kind)
    {
        await using var rig = await AlertRig.StartAsync("n8n", kind);
        await rig.TellNowAsync(Trouble("1"));
        await rig.TellNowAsync(Trouble("1") with { Fingerprint = "another" });

        Assert.Single(rig.World.N8n.Deliveries);
        Assert.Single(await rig.ListAsync());
    }

    [Theory]
    [InlineData(AlertSeverity.Info, 24 * 60)]
    [InlineData(AlertSeverity.Warning, 60)]
    [InlineData(AlertSeverity.Critical, 15)]
    public async Task The_same_news_is_not_told_again_within_the_cool_down(AlertSeverity severity, int minutes)
    {
        await using var rig = await AlertRig.StartAsync("n8n");
        var coolDown = TimeSpan.FromMinutes(minutes);
        await rig.TellNowAsync(Trouble("1", severity));
        await rig.WaitAsync(coolDown - Second);
        var kept = await rig.TellNowAsync(Trouble("2", severity));
        await rig.WaitAsync(Second);
        var sent = await rig.TellNowAsync(Trouble("3", severity));

        Assert.Equal(AlertState.Suppressed, kept.State);
        Assert.Contains("The same was told at", kept.Because, StringComparison.Ordinal);
        Assert.Empty(kept.Deliveries);
        Assert.Equal(AlertState.Delivered, sent.State);
        Assert.Equal(["1", "3"], Told(rig));
    }

    [Fact]
    public async Task What_is_more_urgent_or_other_news_breaks_through_and_less_urgent_does_not()
    {
        await using var rig = await AlertRig.StartAsync("n8n");
        await rig.TellNowAsync(Trouble("1", AlertSeverity.Warning));
        await rig.WaitAsync(Second);
        await rig.TellNowAsync(Trouble("2", AlertSeverity.Critical));
        await rig.WaitAsync(Second);
        await rig.TellNowAsync(Trouble("3", AlertSeverity.Warning));
        await rig.WaitAsync(Second);
        await rig.TellNowAsync(Trouble("4", AlertSeverity.Critical));
        await rig.WaitAsync(Second);
        await rig.TellNowAsync(Trouble("5", AlertSeverity.Critical) with { Status = "STUCK" });
        await rig.WaitAsync(Second);
        await rig.TellNowAsync(Trouble("6", AlertSeverity.Critical) with { Fingerprint = "another" });

        Assert.Equal(["1", "2", "5", "6"], Told(rig));
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task An_end_is_told_to_those_who_heard_of_the_trouble_and_ends_the_cool_down(StoreKind kind)
    {
        await using var rig = await AlertRig.StartAsync("n8n pagerduty", kind);
        await rig.TellNowAsync(Trouble("1"));
        await rig.WaitAsync(Second);
        var end = await rig.TellNowAsync(End("2"));
        await rig.WaitAsync(Second);
        var again = await rig.TellNowAsync(Trouble("3"));

        Assert.Equal(["n8n", "pagerduty"], end.Deliveries.Select(delivery => delivery.Channel).Order());
        Assert.Equal(AlertState.Delivered, again.State);
        Assert.Equal(["1", "2", "3"], Told(rig));
        Assert.Equal([Simulation.PagerDuty.SimulatedAlertState.Resolved, Simulation.PagerDuty.SimulatedAlertState.Triggered], rig.World.PagerDuty.Alerts.Select(alert => alert.State));
    }

    [Fact]
    public async Task An_end_of_what_nobody_heard_of_is_told_to_nobody()
    {
        await using var rig = await AlertRig.StartAsync("n8n");
        var never = await rig.TellNowAsync(End("1"));
        await rig.TellNowAsync(Trouble("2"));
        await rig.WaitAsync(Second);
        await rig.TellNowAsync(End("3"));
        await rig.WaitAsync(Second);
        var twice = await rig.TellNowAsync(End("4"));

        Assert.Equal((AlertState.Suppressed, AlertState.Suppressed), (never.State, twice.State));
        Assert.Equal(["2", "3"], Told(rig));
    }

    [Fact]
    public async Task With_no_channel_an_alert_is_kept_with_the_reason_and_the_next_one_is_not_held_back()
    {
        await using var rig = await AlertRig.StartAsync("");
        var first = await rig.TellNowAsync(Trouble("1"));
        var second = await rig.TellNowAsync(Trouble("2"));

        Assert.Equal((AlertState.Undelivered, AlertState.Undelivered), (first.State, second.State));
        Assert.All(["Telegram:Token", "N8n:AlertWebhook", "PagerDuty:RoutingKey", "Mail:Host"], key => Assert.Contains(key, first.Because, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secrets_stay_here_and_long_texts_are_cut()
    {
        await using var rig = await AlertRig.StartAsync("n8n");
        var told = await rig.TellNowAsync(Trouble("1") with { Title = new string('t', 1000), Text = $"token=ghp_0123456789012345678901234567890123456789 {new string('x', 20_000)}", Service = "postgres://anna:hunter2hunter2@db/x" });

        Assert.DoesNotContain("ghp_", told.Alert.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", told.Alert.Service!, StringComparison.Ordinal);
        Assert.Equal((300, 8000), (told.Alert.Title.Length, told.Alert.Text.Length));
        Assert.DoesNotContain("ghp_", Assert.Single(rig.World.N8n.Deliveries).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("x", "")]
    public async Task An_alert_without_a_key_or_a_fingerprint_is_a_mistake_of_the_program(string key, string fingerprint)
    {
        await using var rig = await AlertRig.StartAsync("");
        await Assert.ThrowsAsync<ArgumentException>(() => rig.TellAsync(new Alert(key, fingerprint, AlertSeverity.Info, "t", "x")));
    }

    [Fact]
    public async Task A_key_that_no_header_can_carry_travels_as_its_hash()
    {
        await using var rig = await AlertRig.StartAsync("n8n");
        await rig.TellNowAsync(Trouble("Störung in Wörkflow 7"));

        Assert.StartsWith("sha256:", Assert.Single(rig.World.N8n.Deliveries).Headers["idempotency-key"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_that_tell_the_same_at_the_same_moment_tell_it_once()
    {
        await using var rig = await AlertRig.StartAsync("n8n", StoreKind.Postgres);
        var (told, commit) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = rig.Database.WriteAsync(async session =>
        {
            await rig.Get<Outbox>().TellAsync(session, Trouble("1"));
            told.SetResult();
            await commit.Task;
        }, CancellationToken.None);
        await told.Task;
        var second = rig.TellAsync(Trouble("2"));
        await Eventually.HoldsAsync(async () => second.IsCompleted || await rig.Database.ReadAsync(session =>
            session.NumberAsync("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"), CancellationToken.None) > 0, "the second one waits for the first", CancellationToken.None);
        commit.SetResult();
        await Task.WhenAll(first, second);
        await rig.WorkAsync();

        Assert.Equal((AlertState.Delivered, AlertState.Suppressed), ((await rig.FindAsync("1")).State, (await rig.FindAsync("2")).State));
        Assert.Single(rig.World.N8n.Deliveries);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_long_title_is_not_cut_within_a_character(StoreKind kind)
    {
        await using var rig = await AlertRig.StartAsync("n8n", kind);
        var begins = new string('x', 293);
        await rig.TellAsync(Trouble("1") with { Title = $"{begins}😀 and so on" });

        Assert.Equal($"{begins} (cut)", (await rig.FindAsync("1")).Alert.Title);
    }

    [Fact]
    public async Task Work_that_died_is_told_once()
    {
        await using var rig = await AlertRig.StartAsync("n8n");
        await rig.Get<WorkLedger>().EnqueueAsync(new NewWork("alerts.dead-letters", "loop", "{}") { MaxAttempts = 100 }, CancellationToken.None);
        // A delivery of an alert that is not there fails for good at its last attempt.
        await rig.Get<WorkLedger>().EnqueueAsync(new NewWork("alerts.deliver", "lost", Json.Write(new Deliveries.DeliveryOrder(Guid.Empty, "n8n"))) { MaxAttempts = 1 }, CancellationToken.None);
        await rig.WorkAsync();
        for (var minute = 0; minute < 10; minute++)
        {
            await rig.WaitAsync(TimeSpan.FromMinutes(1));
        }

        var told = Assert.Single(await rig.ListAsync());
        Assert.Contains("steward work retry", told.Alert.Text, StringComparison.Ordinal);
        Assert.Equal("dead-letter/alerts.deliver", told.Alert.Fingerprint);
        Assert.Single(rig.World.N8n.Deliveries);
    }

    internal static Alert Trouble(string key, AlertSeverity severity = AlertSeverity.Critical) =>
        new(key, "deployment-crashed/7f3c", severity, "web is in trouble", "It crashed.") { Service = "web", Status = "FAILED", CorrelationId = "finding-1" };

    internal static Alert End(string key) =>
        new(key, "deployment-crashed/7f3c", AlertSeverity.Info, "web has recovered", "It serves.") { Service = "web", Status = "RECOVERED", IsResolved = true };

    private static IEnumerable<string> Told(AlertRig rig) => rig.World.N8n.Deliveries.Select(delivery => delivery.Headers["idempotency-key"]);
}
