using System.Text.Json.Nodes;
using Steward.Connectors.PagerDuty;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.PagerDuty;

namespace Steward.Connectors.Tests.PagerDuty;

public sealed class PagerDutyEventsTests : ConnectorTest
{
    private static readonly PagerDutyEvent Trouble = new("deployment-crashed/7f3c", "web is in trouble", "web", PagerDutySeverity.Critical)
    {
        Timestamp = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero),
        Class = "FAILED",
        Link = "https://steward.example/findings/1",
        Details = new JsonObject { ["text"] = "password=hunter2hunter2", ["nothing"] = null },
    };

    private PagerDutyEvents Events => Get<PagerDutyEvents>();

    private PagerDutyCalls Calls => Get<PagerDutyCalls>();

    [Fact]
    public async Task Trouble_is_triggered_acknowledged_and_resolved_under_one_key()
    {
        Assert.Equal(Trouble.DedupKey, await TriggerAsync(Trouble));
        Assert.Equal(SimulatedAlertState.Triggered, Assert.Single(World.PagerDuty.Alerts).State);
        await Events.AcknowledgeAsync(await PermitAsync(Calls.Acknowledge(Trouble.DedupKey), "ack"), Trouble.DedupKey, Ending);
        Assert.Equal(SimulatedAlertState.Acknowledged, Assert.Single(World.PagerDuty.Alerts).State);
        await Events.ResolveAsync(await PermitAsync(Calls.Resolve(Trouble.DedupKey), "over"), Trouble.DedupKey, Ending);
        Assert.Equal(SimulatedAlertState.Resolved, Assert.Single(World.PagerDuty.Alerts).State);

        var payload = World.PagerDuty.Events[0]["payload"]!;
        Assert.Equal(("web is in trouble", "web", "critical", "FAILED", "2026-11-21T12:00:00.000000Z"),
            ((string?)payload["summary"], (string?)payload["source"], (string?)payload["severity"], (string?)payload["class"], (string?)payload["timestamp"]));
        Assert.Equal("password=[redacted]", (string?)payload["custom_details"]!["text"]);
        Assert.Equal(Trouble.Link, (string?)World.PagerDuty.Events[0]["links"]![0]!["href"]);
    }

    [Fact]
    public async Task What_is_sent_again_joins_the_open_alert()
    {
        World.Faults.Add(Fault.DropAfterEffect, Systems.PagerDuty, times: 1);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => TriggerAsync(Trouble));
        await TriggerAsync(Trouble, "again");

        Assert.Equal(CallEffect.Unknown, error.Effect);
        Assert.Equal(2, Assert.Single(World.PagerDuty.Alerts).Events);
    }

    [Fact]
    public async Task Every_event_fits_PagerDutys_limits_and_schema()
    {
        var huge = Trouble with { DedupKey = new string('k', 300), Summary = new string('s', 5000), Link = "javascript:alert(1)", Class = null, Timestamp = null };
        await TriggerAsync(huge);
        await TriggerAsync(Trouble, "plain");
        await Events.ResolveAsync(await PermitAsync(Calls.Resolve(huge.DedupKey), "over"), huge.DedupKey, Ending);

        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "PagerDuty", "events-v2.schema.json"), Ending))!;
        Assert.Equal(3, World.PagerDuty.Events.Count);
        Assert.All(World.PagerDuty.Events, sent => Assert.Empty(JsonSchema.Faults(schema, schema, sent)));
        Assert.Equal(SimulatedAlertState.Resolved, World.PagerDuty.Alerts[0].State);
        Assert.Null(World.PagerDuty.Events[0]["links"]);
        Assert.NotEmpty(JsonSchema.Faults(schema, schema, new JsonObject { ["routing_key"] = "x", ["event_action"] = "resolve" }));
        Assert.NotEmpty(JsonSchema.Faults(schema, schema, new JsonObject { ["routing_key"] = "x", ["event_action"] = "trigger" }));
    }

    [Fact]
    public async Task The_routing_key_is_in_no_call_log_or_store()
    {
        World.Faults.Add(Fault.ServerError(), Systems.PagerDuty);
        var about = Trouble with { Details = new JsonObject { ["key"] = Options.PagerDutyRoutingKey } };

        var error = await Assert.ThrowsAsync<ConnectorException>(() => TriggerAsync(about));

        Assert.DoesNotContain(Options.PagerDutyRoutingKey, $"{error} {Log.Everything} {Stored}", StringComparison.Ordinal);
    }

    public sealed class WithoutKey : ConnectorTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["PagerDuty:RoutingKey"] = "00000000000000000000000000000000";
        }

        [Fact]
        public async Task A_key_that_PagerDuty_does_not_know_is_a_lasting_failure_that_names_the_setting()
        {
            var permit = await PermitAsync(Get<PagerDutyCalls>().Trigger(Trouble));

            var error = await Assert.ThrowsAsync<ConnectorException>(() => Get<PagerDutyEvents>().TriggerAsync(permit, Trouble, Ending));

            Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
            Assert.Contains("PagerDuty:RoutingKey", error.Message, StringComparison.Ordinal);
        }
    }

    private async Task<string> TriggerAsync(PagerDutyEvent what, string key = "test") => await Events.TriggerAsync(await PermitAsync(Calls.Trigger(what), key), what, Ending);
}
