using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Alerts;
using Steward.Platform.Storage;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Server.Tests;

/// <summary>Alerts through the doors: HTTP and command line.</summary>
public sealed class AlertTests : IAsyncLifetime
{
    private readonly RunningServer server = new();
    private World world = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new WorldOptions();
        world = await World.StartAsync(options, TimeProvider.System, CancellationToken.None);
        server.Environment["STEWARD_Telegram__BaseUrl"] = world.TelegramUrl.ToString();
        server.Environment["STEWARD_Telegram__Token"] = options.TelegramToken;
        server.Environment["STEWARD_Telegram__ChatId"] = options.TelegramChatId.ToString(CultureInfo.InvariantCulture);
        server.Environment["STEWARD_PagerDuty__BaseUrl"] = world.PagerDutyUrl.ToString();
        server.Environment["STEWARD_PagerDuty__RoutingKey"] = options.PagerDutyRoutingKey;
        await server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_test_says_what_came_of_it_on_each_channel()
    {
        var good = await server.PostAsync("/api/alerts/test");
        world.Telegram.Refuse("bot was blocked by the user");
        var half = await Cli.RunAsync(server, "alerts", "test");
        var one = await Cli.RunAsync(server, "alerts", "test", "--channel", "pagerduty", "--json");

        Assert.Equal((200, "delivered", "delivered"), (good.Status, State(good.Json, "telegram"), State(good.Json, "pagerduty")));
        Assert.Equal(1, half.ExitCode);
        Assert.Contains("unblock", half.Output, StringComparison.Ordinal);
        Assert.Equal((0, "pagerduty"), (one.ExitCode, (string?)JsonNode.Parse(one.Output)!["deliveries"]!.AsArray().Single()!["channel"]));
        Assert.All(world.PagerDuty.Alerts, incident => Assert.Equal(Simulation.PagerDuty.SimulatedAlertState.Resolved, incident.State));
        Assert.Equal(3, (await server.GetAsync("/api/alerts")).Json["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_test_of_what_is_not_there_is_refused_with_what_to_set()
    {
        (await server.PostAsync("/api/alerts/test", new JsonObject { ["channel"] = "pigeon" })).IsProblem(400, "invalid", "channel");
        var mail = await server.PostAsync("/api/alerts/test", new JsonObject { ["channel"] = "mail" });

        mail.IsProblem(409, "not-set-up");
        Assert.Contains("Mail:Host", mail.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alerts_are_listed_by_what_became_of_them_and_shown_with_their_deliveries()
    {
        await TellAsync(new Alert("1", "web", AlertSeverity.Critical, "web is in trouble", "It crashed.") { Service = "web", Status = "FAILED" });
        await TellAsync(new Alert("2", "web", AlertSeverity.Critical, "web is in trouble", "It crashed.") { Service = "web", Status = "FAILED" });
        await Eventually.HoldsAsync(async () => (await ItemsAsync("state=delivered")).Count == 1, "the alert is delivered", CancellationToken.None);

        var suppressed = Assert.Single(await ItemsAsync("state=suppressed&severity=critical&service=web&fingerprint=web"))!;
        Assert.Contains("The same was told at", (string?)suppressed["because"], StringComparison.Ordinal);
        Assert.Empty(await ItemsAsync("severity=info"));
        var id = (string)(await ItemsAsync("state=delivered")).Single()!["id"]!;
        Assert.Equal("delivered", State((await server.GetAsync($"/api/alerts/{id}")).Json, "pagerduty"));
        (await server.GetAsync("/api/alerts?state=lost")).IsProblem(400, "invalid", "state");
        (await server.GetAsync($"/api/alerts/{Guid.Empty}")).IsProblem(404, "not-found");

        var (shown, words, _) = await Cli.RunAsync(server, "alerts", "show", id);
        Assert.Equal(0, shown);
        Assert.Contains("Dedup key web.", words, StringComparison.Ordinal);
        var (listed, rows, _) = await Cli.RunAsync(server, "alerts", "list", "--state", "suppressed");
        Assert.Equal(0, listed);
        Assert.Contains("web is in trouble", rows, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Maintenance_is_set_listed_and_ended_by_those_who_may()
    {
        var (_, reader) = await server.MakeKeyAsync("ben", "read");
        var wish = new JsonObject { ["reason"] = "new database", ["minutes"] = 30, ["service"] = "web" };
        Assert.Equal(403, (await server.PostAsync("/api/alerts/maintenance", wish.DeepClone(), reader)).Status);
        var made = await server.PostAsync("/api/alerts/maintenance", wish);
        Assert.Equal((201, "belowCritical", "person:owner"), (made.Status, (string?)made.Json["keepsBack"], (string?)made.Json["setBy"]));
        (await server.PostAsync("/api/alerts/maintenance", new JsonObject { ["minutes"] = 30 })).IsProblem(400, "invalid", "reason");

        var (begun, _, _) = await Cli.RunAsync(server, "alerts", "maintenance", "begin", "--reason", "moving house", "--minutes", "5", "--all");
        Assert.Equal(0, begun);
        var (_, rows, _) = await Cli.RunAsync(server, "alerts", "maintenance", "list", "--open", "true", "--json");
        Assert.Equal(["moving house", "new database"], JsonNode.Parse(rows)!["items"]!.AsArray().Select(window => (string?)window!["reason"]));
        var (ended, _, _) = await Cli.RunAsync(server, "alerts", "maintenance", "end", (string)made.Json["id"]!);
        Assert.Equal(0, ended);
        (await server.SendAsync(HttpMethod.Delete, $"/api/alerts/maintenance/{(string)made.Json["id"]!}")).IsProblem(409, "window-over");
        Assert.Single((await server.GetAsync("/api/alerts/maintenance?open=true")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task The_doctor_says_who_is_told()
    {
        var (_, report, _) = await Cli.RunAsync(server, "doctor", "--data", "data", "--json");

        var check = JsonNode.Parse(report)!["checks"]!.AsArray().Single(one => (string?)one!["check"] == "alerts")!;
        Assert.Equal("they go to telegram, pagerduty", (string?)check["found"]);
    }

    private Task TellAsync(Alert alert) => server.Get<Database>().WriteAsync(session => server.Get<Outbox>().TellAsync(session, alert), CancellationToken.None);

    private async Task<IReadOnlyList<JsonNode?>> ItemsAsync(string query) => [.. (await server.GetAsync($"/api/alerts?{query}")).Json["items"]!.AsArray()];

    private static string? State(JsonNode told, string channel) => (string?)told["deliveries"]!.AsArray().Single(delivery => (string?)delivery!["channel"] == channel)!["state"];
}
