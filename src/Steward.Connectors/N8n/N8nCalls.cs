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

    private const int MaxKey = 200;

    /// <summary>Send an alert. The call holds what n8n will get, redacted.</summary>
    /// <exception cref="ArgumentException">The alert's key cannot be a header's value.</exception>
    public Call SendAlert(Alert alert)
    {
        if (alert.Key.Length is 0 or > MaxKey || alert.Key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException($"An alert's key is 1 to {MaxKey} printable ASCII characters without spaces.", nameof(alert));
        }

        return new Call(SendAlertAction, "n8n/alert", (JsonObject)JsonSerializer.SerializeToNode(alert with
        {
            Title = redactor.Redact(alert.Title),
            Text = redactor.Redact(alert.Text),
            Link = alert.Link is null ? null : redactor.Redact(alert.Link),
        }, Json.Options)!);
    }
}
