using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.N8n;

/// <summary>A workflow in the simulated n8n. Guarded by the lock of its owner.</summary>
internal sealed class Workflow(string id, TimeProvider clock)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdLength = 16;

    public string Id { get; } = id;

    public string Name { get; private set; } = "";

    public JsonArray Nodes { get; private set; } = [];

    public JsonObject Connections { get; private set; } = [];

    public JsonObject Settings { get; private set; } = [];

    public bool Active { get; set; }

    public bool IsArchived { get; set; }

    public Guid Version { get; private set; }

    /// <summary>Counts activations, deactivations and changes: a registration that was begun before the last of them is off.</summary>
    public int Turn { get; set; }

    public DateTimeOffset CreatedAt { get; } = clock.GetUtcNow();

    public DateTimeOffset UpdatedAt { get; private set; } = clock.GetUtcNow();

    public IEnumerable<WebhookNode> Webhooks => Nodes.OfType<JsonObject>().Select(WebhookNode.Of).OfType<WebhookNode>();

    public bool HasTrigger => Nodes.OfType<JsonObject>().Any(node => node["disabled"]?.GetValue<bool>() != true
        && node.Text("type") is { } type && (type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase) || type.EndsWith(".webhook", StringComparison.Ordinal)));

    public static string NewId() => RandomNumberGenerator.GetString(Letters, IdLength);

    /// <summary>Takes over what a client wrote. Nodes without an id get one, and webhooks theirs, as n8n does.</summary>
    public void Write(JsonObject body)
    {
        var copy = (JsonObject)body.DeepClone();
        // Settings that are not spoken of stay.
        foreach (var (name, value) in Settings)
        {
            if (copy["settings"] is JsonObject settings && !settings.ContainsKey(name))
            {
                settings[name] = value?.DeepClone();
            }
        }

        (Name, Nodes, Connections, Settings) = (copy.Text("name")!, Take<JsonArray>(copy, "nodes"), Take<JsonObject>(copy, "connections"), Take<JsonObject>(copy, "settings"));
        foreach (var node in Nodes.OfType<JsonObject>())
        {
            node["id"] ??= Ids.New(clock).ToString();
            if (node.Text("type") == WebhookNode.NodeType)
            {
                node["webhookId"] ??= Ids.New(clock).ToString();
            }
        }

        (Version, UpdatedAt) = (Ids.New(clock), clock.GetUtcNow());
    }

    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["name"] = Name,
        ["description"] = null,
        ["active"] = Active,
        ["activeVersionId"] = Active ? Version.ToString() : null,
        ["createdAt"] = CreatedAt.ToString("O"),
        ["updatedAt"] = UpdatedAt.ToString("O"),
        ["isArchived"] = IsArchived,
        ["versionId"] = Version.ToString(),
        ["triggerCount"] = Active ? Webhooks.Count() : 0,
        ["nodes"] = Nodes.DeepClone(),
        ["connections"] = Connections.DeepClone(),
        ["nodeGroups"] = new JsonArray(),
        ["settings"] = Settings.DeepClone(),
        ["staticData"] = null,
        ["pinData"] = null,
        ["meta"] = null,
        ["tags"] = new JsonArray(),
    };

    private static T Take<T>(JsonObject owner, string name)
        where T : JsonNode
    {
        var value = (T)owner[name]!;
        owner.Remove(name);
        return value;
    }
}
