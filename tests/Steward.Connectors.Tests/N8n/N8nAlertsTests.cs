using System.Text.Json.Nodes;
using Steward.Connectors.N8n;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Connectors.Tests.N8n;

public sealed class N8nAlertsTests : ConnectorTest
{
    private const string Key = "incident/7f3c";

    private static JsonObject Alert => new() { ["severity"] = "critical", ["title"] = "web failed", ["text"] = "password=abcdefgh was in the log", ["service"] = "web" };

    private N8nAlerts N8n => Get<N8nAlerts>();

    [Fact]
    public async Task An_alert_arrives_redacted_with_its_key()
    {
        World.N8n.Register("alerts");

        await N8n.SendAsync(await PermitAsync(Get<N8nCalls>().SendAlert(Key, Alert)), Key, Alert, Ending);

        var delivery = Assert.Single(World.N8n.Deliveries);
        Assert.Equal(Key, delivery.Headers["idempotency-key"]);
        var body = JsonNode.Parse(delivery.Body)!;
        Assert.Equal(("incident/7f3c", "critical", "web failed", "web"),
            ((string?)body["key"], (string?)body["severity"], (string?)body["title"], (string?)body["service"]));
        Assert.DoesNotContain("abcdefgh", delivery.Body, StringComparison.Ordinal);
        Assert.False(delivery.Headers.ContainsKey("x-steward-key"));
    }

    [Fact]
    public async Task A_webhook_that_asks_for_a_header_is_a_lasting_failure_that_names_the_setting()
    {
        World.N8n.Register("alerts", asksForHeader: true);
        var permit = await PermitAsync(Get<N8nCalls>().SendAlert(Key, Alert));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => N8n.SendAsync(permit, Key, Alert, Ending));

        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Contains("N8n:WebhookKey, which is not set", error.Message, StringComparison.Ordinal);
        Assert.Empty(World.N8n.Deliveries);
    }

    [Fact]
    public async Task A_workflow_that_is_not_active_is_a_lasting_failure_that_says_what_to_do()
    {
        var permit = await PermitAsync(Get<N8nCalls>().SendAlert(Key, Alert));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => N8n.SendAsync(permit, Key, Alert, Ending));

        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Contains("activate it", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("line\nbreak")]
    [InlineData("ö")]
    public void A_key_that_cannot_travel_is_refused_before_anything_is_asked(string key) =>
        Assert.Throws<ArgumentException>(() => Get<N8nCalls>().SendAlert(key, Alert));

    [Fact]
    public async Task An_alert_whose_answer_was_lost_is_found_among_the_executions()
    {
        World.N8n.Register("alerts");
        var begun = Clock.GetUtcNow();
        World.Faults.Add(Fault.DropAfterEffect, Systems.N8n, "Webhook");
        var permit = await PermitAsync(Get<N8nCalls>().SendAlert(Key, Alert));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => N8n.SendAsync(permit, Key, Alert, Ending));

        Assert.Equal(CallEffect.Unknown, error.Effect);
        Assert.Single(World.Mutations);
        Assert.True(await N8n.WasDeliveredAsync(Key, begun, Ending));
    }

    [Fact]
    public async Task Whether_an_alert_is_missing_is_known_only_when_the_executions_reach_back_far_enough()
    {
        World.N8n.Register("alerts");
        Assert.Null(await N8n.WasDeliveredAsync(Key, Clock.GetUtcNow(), Ending));
        var before = Clock.GetUtcNow();
        for (var i = 0; i < 30; i++)
        {
            var other = $"other/{i}";
            await N8n.SendAsync(await PermitAsync(Get<N8nCalls>().SendAlert(other, Alert), other), other, Alert, Ending);
        }

        Assert.False(await N8n.WasDeliveredAsync(Key, Clock.GetUtcNow(), Ending));
        Assert.Null(await N8n.WasDeliveredAsync(Key, before, Ending));
        Assert.True(await N8n.WasDeliveredAsync("other/0", before, Ending));
    }

    public sealed class WithHeader : ConnectorTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["N8n:WebhookKey"] = Options.N8nWebhookKey + "\n";
        }

        [Fact]
        public async Task A_webhook_that_asks_for_a_header_gets_it_and_nobody_else_sees_it()
        {
            World.N8n.Register("alerts", asksForHeader: true);
            var alert = Alert;
            alert["text"] = $"The log says {Options.N8nWebhookKey}.";

            await Get<N8nAlerts>().SendAsync(await PermitAsync(Get<N8nCalls>().SendAlert(Key, alert)), Key, alert, Ending);

            var delivery = Assert.Single(World.N8n.Deliveries);
            Assert.Equal(Options.N8nWebhookKey, delivery.Headers["x-steward-key"]);
            Assert.DoesNotContain(Options.N8nWebhookKey, delivery.Body, StringComparison.Ordinal);
            Assert.DoesNotContain(Options.N8nWebhookKey, Stored, StringComparison.Ordinal);
        }
    }

    public sealed class WithoutKey : ConnectorTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings.Remove("N8n:ApiKey");
        }

        [Fact]
        public async Task Nothing_can_be_looked_up()
        {
            Assert.Null(await Get<N8nAlerts>().WasDeliveredAsync("k", default, Ending));
            Assert.Equal(0, World.Calls.Of(Systems.N8n));
        }
    }
}
