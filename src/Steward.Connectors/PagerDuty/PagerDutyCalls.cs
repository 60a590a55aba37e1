using System.Text.Json.Nodes;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.PagerDuty;

/// <summary>The exact calls that change something at PagerDuty. Their arguments are the events, redacted and without the routing key.</summary>
public sealed class PagerDutyCalls(Redactor redactor)
{
    /// <summary>Tells people something, or that it is over.</summary>
    public const string SendAction = "alert.send";

    private const string Target = "pagerduty/alert";

    // PagerDuty's limits, from the schema of its Events API v2.
    private const int MaxSummary = 1024;
    private const int MaxDedupKey = 255;

    /// <summary>Open an alert, or add to the one that is open under the key.</summary>
    public Call Trigger(PagerDutyEvent what)
    {
        var payload = new JsonObject
        {
            ["summary"] = redactor.Redact(what.Summary).Cut(MaxSummary, "..."),
            ["source"] = redactor.Redact(what.Source),
            ["severity"] = what.Severity switch
            {
                PagerDutySeverity.Critical => "critical",
                PagerDutySeverity.Error => "error",
                PagerDutySeverity.Warning => "warning",
                _ => "info",
            },
            ["component"] = redactor.Redact(what.Source),
            ["custom_details"] = redactor.Redact(what.Details),
        };
        if (what.Timestamp is { } at)
        {
            payload["timestamp"] = UtcTime.ToText(at);
        }

        if (what.Class is { } kind)
        {
            payload["class"] = redactor.Redact(kind);
        }

        var call = Event("trigger", what.DedupKey);
        call["payload"] = payload;
        call["client"] = "Steward";
        if (what.Link is { } link && Addresses.IsWeb(link))
        {
            call["links"] = new JsonArray(new JsonObject { ["href"] = redactor.Redact(link), ["text"] = "More" });
        }

        return new Call(SendAction, Target, call);
    }

    /// <summary>Say that somebody works on it.</summary>
    public Call Acknowledge(string dedupKey) => new(SendAction, Target, Event("acknowledge", dedupKey));

    /// <summary>Say that it is over.</summary>
    public Call Resolve(string dedupKey) => new(SendAction, Target, Event("resolve", dedupKey));

    private JsonObject Event(string action, string dedupKey)
    {
        var key = redactor.Redact(dedupKey);
        return new JsonObject
        {
            ["event_action"] = action,
            ["dedup_key"] = key.Length <= MaxDedupKey ? key : $"sha256:{TextHash.Of(key)}",
        };
    }
}
