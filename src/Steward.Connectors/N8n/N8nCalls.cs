using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.N8n;

/// <summary>The exact calls that change something beyond n8n: somebody's telephone rings.</summary>
public sealed class N8nCalls(Redactor redactor)
{
    /// <summary>Sends an alert.</summary>
    public const string SendAlertAction = "alert.send";

    /// <summary>Send an alert. The call holds what n8n will get, redacted.</summary>
    public Call SendAlert(Alert alert) => new(SendAlertAction, "n8n/alert", JsonSerializer.SerializeToNode(alert with
    {
        Title = redactor.Redact(alert.Title),
        Text = redactor.Redact(alert.Text),
        Link = alert.Link is null ? null : redactor.Redact(alert.Link),
    }, Json.Options) as JsonObject ?? throw new InvalidOperationException("An alert is an object."));
}
