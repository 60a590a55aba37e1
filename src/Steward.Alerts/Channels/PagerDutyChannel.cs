using System.Text.Json.Nodes;
using Steward.Connectors.PagerDuty;
using Steward.Governance.Calls;

namespace Steward.Alerts.Channels;

/// <summary>PagerDuty. What an alert is about is the dedup key: alerts of one fingerprint are one incident, and a resolving one ends it.</summary>
internal sealed class PagerDutyChannel(PagerDutyEvents events, PagerDutyCalls calls) : IChannel
{
    public string Name => ChannelNames.PagerDuty;

    public bool IsConfigured => events.IsConfigured;

    public string Settings => "PagerDuty:RoutingKey";

    public string RepeatIsHarmless => "PagerDuty takes events of one dedup key as one alert.";

    public Call Call(ToldAlert told) => told.Alert.IsResolved ? calls.Resolve(told.Alert.Fingerprint) : calls.Trigger(Event(told.Alert));

    public async Task<string> SendAsync(Permit permit, ToldAlert told, CancellationToken cancellationToken)
    {
        var key = await (told.Alert.IsResolved
            ? events.ResolveAsync(permit, told.Alert.Fingerprint, cancellationToken)
            : events.TriggerAsync(permit, Event(told.Alert), cancellationToken));
        return $"Dedup key {key}.";
    }

    private static PagerDutyEvent Event(Alert alert) => new(alert.Fingerprint, alert.Title, alert.Service ?? "steward", alert.Severity switch
    {
        AlertSeverity.Critical => PagerDutySeverity.Critical,
        AlertSeverity.Warning => PagerDutySeverity.Warning,
        _ => PagerDutySeverity.Info,
    })
    {
        Timestamp = alert.Timestamp,
        Class = alert.Status,
        Link = alert.Link,
        Details = new JsonObject
        {
            ["text"] = alert.Text,
            ["environment"] = alert.Environment,
            ["pull_request"] = alert.PullRequest,
            ["commit"] = alert.CommitSha,
            ["deployment"] = alert.DeploymentId,
            ["rolled_back_to"] = alert.RollbackDeploymentId,
            ["correlation"] = alert.CorrelationId,
        },
    };
}
