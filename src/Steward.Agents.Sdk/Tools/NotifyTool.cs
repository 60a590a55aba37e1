using System.Text.Json.Nodes;

namespace Steward.Agents.Sdk.Tools;

/// <summary>Tells people over the declared channels. It goes through Steward's outbox: it is delivered once, and tried again when a channel is down.</summary>
/// <param name="tools">The way to the tools.</param>
public sealed class NotifyTool(ITools tools)
{
    /// <summary>Sends a message to all declared channels.</summary>
    /// <param name="message">Plain text, at most 4,000 characters.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task SendAsync(string message, CancellationToken cancellationToken) => SendAsync(message, "info", cancellationToken);

    /// <summary>Sends a message of some severity to all declared channels.</summary>
    /// <param name="message">Plain text, at most 4,000 characters.</param>
    /// <param name="severity"><c>info</c>, <c>warning</c> or <c>critical</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task SendAsync(string message, string severity, CancellationToken cancellationToken) =>
        tools.CallAsync("notify", new JsonObject { ["message"] = message, ["severity"] = severity }, cancellationToken);
}
