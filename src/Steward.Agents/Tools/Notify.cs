using System.Text.Json.Nodes;
using Steward.Alerts;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Agents.Tools;

/// <summary>Tells people, through the outbox, over the channels that the declaration names.</summary>
internal sealed class Notify(Database database, Outbox outbox, CallRates rates) : ITool
{
    private const int LongestMessage = 4000;

    public string Name => "notify";

    public string Grant => "notify";

    public string About => "Tells people: { message, severity } with severity info, warning or critical.";

    public async Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var message = call.Text("message", LongestMessage);
        var severity = call.Arguments.ContainsKey("severity") ? call.Text("severity") : "info";
        if (string.IsNullOrWhiteSpace(message))
        {
            throw new ToolFaultException("invalid", "'message' is empty.");
        }

        // By its name alone: the number of one is read, too.
        if (!Enum.GetNames<AlertSeverity>().Contains(severity, StringComparer.OrdinalIgnoreCase) || !Enum.TryParse<AlertSeverity>(severity, ignoreCase: true, out var known))
        {
            throw new ToolFaultException("invalid", $"'{severity}' is not info, warning or critical.");
        }

        if (!rates.TakeMessage(call.Caller.Agent.Id))
        {
            throw new ToolFaultException("too-many", "The agent has sent people too many messages in this hour: see Agents:MessagesPerHour.");
        }

        var (agent, title, channels) = (call.Caller.Agent, message.TrimStart().Split('\n')[0], call.Caller.Declaration.Tools.Channels);
        var isHeard = channels.Intersect(outbox.Channels).Any();
        // Tried again, a run that says the same at the same place says one message; what it says otherwise, or said to nobody, is another.
        var key = $"agent/{call.Caller.Occasions.Run}/{call.Number}/{(isHeard ? "" : "unheard/")}{TextHash.Of($"{known} {message}")}";
        await database.WriteAsync(session => outbox.TellAsync(session, new Alert(key, key, known, title, message)
        {
            Service = agent.Name, CorrelationId = call.Caller.CorrelationId, Channels = channels,
        }), cancellationToken);
        if (!isHeard)
        {
            throw new ToolFaultException("not-set-up", $"The message stands in the list of alerts and reaches nobody: none of its channels ({string.Join(", ", channels)}) is set up: {outbox.HowToSetUp(channels.ToList())}");
        }

        return new JsonObject();
    }
}
