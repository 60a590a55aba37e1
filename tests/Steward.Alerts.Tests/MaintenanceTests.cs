using Steward.Alerts.Maintenance;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Testing;
using static Steward.Alerts.Tests.OutboxTests;

namespace Steward.Alerts.Tests;

/// <summary>What a maintenance window keeps back.</summary>
public sealed class MaintenanceTests
{
    private static readonly Actor Anna = Actor.Person("anna");

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_window_keeps_back_what_it_covers_while_it_is_open_and_says_so(StoreKind kind)
    {
        await using var rig = await AlertRig.StartAsync("n8n", kind);
        var window = await BeginAsync(rig, new MaintenanceWish("new database", Minutes: 30, BeginsAt: rig.Clock.GetUtcNow().AddMinutes(10), Service: "WEB"));

        Assert.Equal("pending", await SeenAsync(rig, "before", AlertSeverity.Warning));
        await rig.WaitAsync(TimeSpan.FromMinutes(11));
        Assert.StartsWith("Maintenance until", await SeenAsync(rig, "within", AlertSeverity.Warning), StringComparison.Ordinal);
        Assert.Equal("pending", await SeenAsync(rig, "critical", AlertSeverity.Critical));
        Assert.Equal("pending", await SeenAsync(rig, "another-service", AlertSeverity.Warning, "billing"));
        await rig.WaitAsync(TimeSpan.FromMinutes(30));
        Assert.Equal("pending", await SeenAsync(rig, "after", AlertSeverity.Warning));

        Assert.Equal(("web", "anna"), (window.Service!.ToLowerInvariant(), window.SetBy["person:".Length..]));
        Assert.Single(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.MaintenanceSet && row.Entry.Actor == "person:anna");
    }

    [Fact]
    public async Task A_window_for_everything_keeps_critical_alerts_back_too_until_somebody_ends_it()
    {
        await using var rig = await AlertRig.StartAsync("n8n");
        var window = await BeginAsync(rig, new MaintenanceWish("moving house", Minutes: 600, KeepsBack: KeepsBack.All));
        Assert.StartsWith("Maintenance until", await SeenAsync(rig, "1", AlertSeverity.Critical), StringComparison.Ordinal);

        var ended = await rig.Get<SetMaintenance>().EndAsync(window.Id, Anna, CancellationToken.None);
        var twice = await rig.Get<SetMaintenance>().EndAsync(window.Id, Anna, CancellationToken.None);

        Assert.Equal("pending", await SeenAsync(rig, "2", AlertSeverity.Critical));
        Assert.Equal(("person:anna", "window-over"), (ended.Value!.EndedBy, twice.Refusal!.Code));
        Assert.Single(await rig.AuditAsync(), row => row.Entry.Kind == AuditKinds.MaintenanceEnded);
    }

    [Fact]
    public async Task The_end_of_what_was_told_before_the_window_is_told_within_it()
    {
        await using var rig = await AlertRig.StartAsync("n8n");
        await rig.TellNowAsync(Trouble("1"));
        await BeginAsync(rig, new MaintenanceWish("mending it", Minutes: 60, KeepsBack: KeepsBack.All));
        await rig.WaitAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(AlertState.Delivered, (await rig.TellNowAsync(End("2"))).State);
    }

    [Theory]
    [InlineData(null, 10.0, null, "reason")]
    [InlineData("x", null, null, "endsAt")]
    [InlineData("x", -5.0, null, "endsAt")]
    [InlineData("x", 100_000.0, null, "endsAt")]
    [InlineData("x", 10.0, -20.0, "endsAt")]
    public async Task A_window_has_a_reason_and_an_end(string? reason, double? minutes, double? beginsIn, string field)
    {
        await using var rig = await AlertRig.StartAsync("");
        var refused = await rig.Get<SetMaintenance>().BeginAsync(
            new MaintenanceWish(reason, Minutes: minutes, BeginsAt: beginsIn is { } wait ? rig.Clock.GetUtcNow().AddMinutes(wait) : null), Anna, CancellationToken.None);

        Assert.Equal(field, refused.Refusal!.Field);
    }

    private static async Task<MaintenanceWindow> BeginAsync(AlertRig rig, MaintenanceWish wish)
    {
        var made = await rig.Get<SetMaintenance>().BeginAsync(wish, Anna, CancellationToken.None);
        Assert.False(made.IsRefused, made.Refusal?.Message);
        return made.Value!;
    }

    private static async Task<string> SeenAsync(AlertRig rig, string key, AlertSeverity severity, string service = "web")
    {
        await rig.TellAsync(Trouble(key, severity) with { Fingerprint = key, Service = service });
        var told = await rig.FindAsync(key);
        return told.Because ?? (told.State == AlertState.Pending ? "pending" : told.State.ToString());
    }
}
