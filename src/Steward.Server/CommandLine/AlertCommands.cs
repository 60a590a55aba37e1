using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward alerts</c>: what people were told, and whether it reaches them.</summary>
internal static class AlertCommands
{
    public static Command Build() => new("alerts", "See what people were told, test the channels, keep alerts back during maintenance")
    {
        List(),
        Show(),
        Test(),
        new Command("maintenance", "Keep alerts back for a time") { Windows(), Begin(), End() },
    };

    private static Command List()
    {
        Option<string?> state = new("--state") { Description = "Only those of one state: pending, delivered, suppressed, undelivered" };
        Option<string?> severity = new("--severity") { Description = "Only those of one severity: info, warning, critical" };
        Option<string?> service = new("--service") { Description = "Only those of one service" };
        return Lists.Command("list", "Alerts, newest first", "api/alerts", [("state", state), ("severity", severity), ("service", service)], "There are no alerts.",
            ("id", told => told.Text("id")),
            ("at", told => told.Time("toldAt")),
            ("severity", told => told?["alert"].Text("severity")),
            ("state", told => told.Text("state")),
            ("service", told => told?["alert"].Text("service")),
            ("alert", told => told?["alert"].Text("title")),
            ("because", told => told.Text("because")));
    }

    private static Command Show()
    {
        Argument<Guid> id = new("id") { Description = "The alert" };
        return new Command("show", "One alert, and how it fared on each channel") { id }.Does(async talk =>
        {
            var told = await talk.GetAsync($"api/alerts/{talk.Value(id)}");
            talk.Output.Show(told, () =>
            {
                var alert = told["alert"];
                talk.Output.Facts(
                    ("alert", alert.Text("title")),
                    ("severity", alert.Text("severity")),
                    ("state", told.Text("state")),
                    ("because", told.Text("because")),
                    ("service", alert.Text("service")),
                    ("status", alert.Text("status")),
                    ("told", told.Time("toldAt")),
                    ("about", alert.Text("fingerprint")),
                    ("correlation", alert.Text("correlationId")),
                    ("text", alert.Text("text")));
                PrintDeliveries(talk.Output, told);
            });
            return ExitCodes.Ok;
        });
    }

    private static Command Test()
    {
        Option<string?> channel = new("--channel") { Description = "Only on this channel: telegram, n8n, mail, pagerduty" };
        return new Command("test", "Send a test alert and see what comes of it on each channel") { channel }.Does(async talk =>
        {
            var body = new JsonObject();
            if (talk.Value(channel) is { } named)
            {
                body["channel"] = named;
            }

            var told = await talk.SendAsync(HttpMethod.Post, "api/alerts/test", body);
            talk.Output.Show(told, () => PrintDeliveries(talk.Output, told));
            return Deliveries(told).All(delivery => delivery.Text("state") == "delivered") ? ExitCodes.Ok : ExitCodes.Failed;
        });
    }

    private static Command Windows()
    {
        Option<bool?> open = new("--open") { Description = "Only those that are open or still to come (true), or over (false)" };
        var command = new Command("list", "Maintenance windows, newest first") { open, Lists.Limit, Lists.After };
        return command.Does(async talk =>
        {
            var page = await talk.GetAsync("api/alerts/maintenance" + Lists.Query(
                ("open", talk.Value(open) switch { true => "true", false => "false", null => null }),
                ("limit", talk.Value(Lists.Limit)?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                ("after", talk.Value(Lists.After))));
            talk.Output.Show(page, () => talk.Output.Table(["id", "service", "keeps back", "from", "until", "ended", "by", "reason"],
                [.. page.Items().Select(window => new[]
                {
                    window.Text("id"), window.Text("service") ?? "all", window.Text("keepsBack"), window.Time("beginsAt"), window.Time("endsAt"), window.Time("endedAt"),
                    window.Text("setBy"), window.Text("reason"),
                })], "There are no maintenance windows."));
            return ExitCodes.Ok;
        });
    }

    private static Command Begin()
    {
        Option<string> reason = new("--reason") { Description = "Why", Required = true };
        Option<double> minutes = new("--minutes") { Description = "For how long; at most 30 days", Required = true };
        Option<string?> service = new("--service") { Description = "Only alerts of this service" };
        Option<DateTimeOffset?> at = new("--at") { Description = "From when (2026-11-21T18:00Z); now when left out" };
        Option<bool> all = new("--all") { Description = "Keep critical alerts back as well" };
        return new Command("begin", "Keep alerts back; what is critical comes all the same unless --all") { reason, minutes, service, at, all }.Does(async talk =>
        {
            var body = new JsonObject { ["reason"] = talk.Value(reason), ["minutes"] = talk.Value(minutes), ["keepsBack"] = talk.Value(all) ? "all" : "belowCritical" };
            if (talk.Value(service) is { } named)
            {
                body["service"] = named;
            }

            if (talk.Value(at) is { } begins)
            {
                body["beginsAt"] = begins;
            }

            var window = await talk.SendAsync(HttpMethod.Post, "api/alerts/maintenance", body);
            talk.Output.Show(window, () => talk.Output.Line($"{window.Text("id")}: until {window.Time("endsAt")}, {window.Text("service") ?? "everything"}, {window.Text("keepsBack")}."));
            return ExitCodes.Ok;
        });
    }

    private static Command End()
    {
        Argument<Guid> id = new("id") { Description = "The maintenance window" };
        return new Command("end", "End a maintenance window before its time") { id }.Does(async talk =>
        {
            var window = await talk.SendAsync(HttpMethod.Delete, $"api/alerts/maintenance/{talk.Value(id)}");
            talk.Output.Show(window, () => talk.Output.Line($"Ended at {window.Time("endedAt")}."));
            return ExitCodes.Ok;
        });
    }

    private static IReadOnlyList<JsonNode?> Deliveries(JsonNode told) => told["deliveries"] is JsonArray deliveries ? [.. deliveries] : [];

    private static void PrintDeliveries(Output output, JsonNode told) => output.Table(["channel", "state", "instead of", "failed attempts", "what came of it"],
        [.. Deliveries(told).Select(delivery => new[]
        {
            delivery.Text("channel"), delivery.Text("state"), delivery.Text("insteadOf"), delivery.Text("attempts"), delivery.Text("receipt", "error"),
        })], "It went nowhere.");
}
