using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Connectors.N8n;
using Steward.Governance.Calls;
using Steward.Kernel;

namespace Steward.Alerts.Channels;

/// <summary>A workflow of n8n, which gets the whole alert as JSON. Its executions say whether an alert arrived.</summary>
internal sealed class N8nChannel(N8nAlerts n8n, N8nCalls calls) : IChannel
{
    public string Name => ChannelNames.N8n;

    public bool IsConfigured => n8n.IsConfigured;

    public string Settings => "N8n:AlertWebhook";

    public Call Call(ToldAlert told) => calls.SendAlert(Key(told), Body(told));

    public Task<string> SendAsync(Permit permit, ToldAlert told, CancellationToken cancellationToken) =>
        n8n.SendAsync(permit, Key(told), Body(told), cancellationToken);

    public Task<bool?> WasDeliveredAsync(ToldAlert told, DateTimeOffset since, CancellationToken cancellationToken) =>
        n8n.WasDeliveredAsync(Key(told), since, cancellationToken);

    // Keys hold names from outside; one that cannot be a header's value travels as its hash.
    private static string Key(ToldAlert told) => N8nCalls.CanTravel(told.Alert.Key)
        ? told.Alert.Key
        : $"sha256:{TextHash.Of(told.Alert.Key)}";

    private static JsonObject Body(ToldAlert told) => (JsonObject)JsonSerializer.SerializeToNode(told.Alert, Json.Options)!;
}
