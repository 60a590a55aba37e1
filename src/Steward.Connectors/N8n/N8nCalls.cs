using System.Text.Json.Nodes;
using Steward.Governance.Calls;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.N8n;

/// <summary>The exact calls that change something beyond n8n: somebody's telephone rings.</summary>
public sealed class N8nCalls(Redactor redactor)
{
    /// <summary>Sends an alert.</summary>
    public const string SendAlertAction = "alert.send";

    private const int MaxKey = 200;

    /// <summary>Send an alert. The call holds what n8n will get, redacted, and in it the key as <c>key</c>.</summary>
    /// <param name="key">What it is the one alert about; n8n gets it as <c>Idempotency-Key</c> as well. See <see cref="CanTravel"/>.</param>
    /// <param name="alert">What the workflow gets as its body.</param>
    /// <exception cref="ArgumentException">The key cannot be a header's value.</exception>
    public Call SendAlert(string key, JsonObject alert)
    {
        if (!CanTravel(key))
        {
            throw new ArgumentException($"An alert's key is 1 to {MaxKey} printable ASCII characters without spaces.", nameof(key));
        }

        var body = redactor.Redact(alert);
        body["key"] = key;
        return new Call(SendAlertAction, "n8n/alert", body);
    }

    /// <summary>True for a key that can be a header's value: 1 to 200 printable ASCII characters without spaces.</summary>
    public static bool CanTravel(string key) => key.Length is > 0 and <= MaxKey && !key.AsSpan().ContainsAnyExceptInRange('!', '~');
}
