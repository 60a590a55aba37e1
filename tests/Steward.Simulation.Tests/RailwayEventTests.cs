using System.Text.Json.Nodes;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Simulation.Tests;

/// <summary>The world's own n8n receives the events.</summary>
public sealed class RailwayEventTests : WorldTest
{
    [Fact]
    public async Task Each_change_of_a_status_is_sent_in_order()
    {
        Listen();
        var id = World.Railway.Deploy("web", "b2", DeploymentFate.FailsInBuild);
        Clock.Advance(TimeSpan.FromSeconds(80));

        var events = await ReceivedAsync(3);

        Assert.Equal(["INITIALIZING", "BUILDING", "FAILED"], events.Select(Status));
        var last = events[2];
        Assert.Equal("Deployment.failed", last["type"]!.GetValue<string>());
        Assert.Equal(id, last["resource"]!["deployment"]!["id"]!.GetValue<string>());
        Assert.Equal("web", last["resource"]!["service"]!["name"]!.GetValue<string>());
        Assert.Equal(Options.RailwayEnvironmentId, last["resource"]!["environment"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Events_can_come_twice_late_or_never()
    {
        Listen();
        var id = World.Railway.Deploy("web", "b2");
        World.Faults.Events.Duplicate();
        World.Railway.ForceStatus(id, "WAITING");
        await ReceivedAsync(2);

        World.Faults.Events.Clear();
        World.Faults.Events.Drop();
        World.Railway.ForceStatus(id, "REMOVING");
        World.Faults.Events.Clear();
        World.Faults.Events.Delay(TimeSpan.FromMinutes(1));
        World.Railway.ForceStatus(id, "SKIPPED");
        World.Faults.Events.Clear();
        World.Railway.ForceStatus(id, "SLEEPING");
        await ReceivedAsync(3);
        Clock.Advance(TimeSpan.FromMinutes(1));

        var statuses = (await ReceivedAsync(4)).Select(Status);
        Assert.Equal(["WAITING", "WAITING", "SLEEPING", "SKIPPED"], statuses);
    }

    private void Listen()
    {
        World.N8n.Register("events");
        World.Railway.AddService("web");
        World.Railway.SendEventsTo(new Uri(World.N8nUrl, "webhook/events"));
    }

    private static string Status(JsonNode one) => one["details"]!["status"]!.GetValue<string>();

    private async Task<JsonNode[]> ReceivedAsync(int count)
    {
        await Eventually.HoldsAsync(() => World.N8n.Deliveries.Count >= count, $"{count} events arrived", Ending);
        return [.. World.N8n.Deliveries.Select(one => JsonNode.Parse(one.Body)!)];
    }
}
