using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Steward.Kernel;

namespace Steward.Connectors.N8n;

/// <summary>
/// What a workflow does: exactly the fields that n8n lets its clients write. Read one from outside with
/// <see cref="WorkflowReader"/>. It does not change.
/// </summary>
public sealed partial class WorkflowDocument
{
    private static readonly JsonSerializerOptions FileFormat = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Readers begin with what a node is; the rest follows by name.
    private static readonly string[] NodeOrder = ["id", "name", "type", "typeVersion", "position"];
    private static readonly string[] DocumentOrder = ["name", "nodes", "connections", "settings"];
    private readonly JsonObject json;

    internal WorkflowDocument(string name, JsonArray nodes, JsonObject connections, JsonObject settings)
    {
        json = new JsonObject { ["name"] = name, ["nodes"] = nodes, ["connections"] = connections, ["settings"] = settings };
        Webhooks = [.. nodes.OfType<JsonObject>().Select(WorkflowWebhook.Of).OfType<WorkflowWebhook>()];
    }

    /// <summary>The workflow's name, 1 to 128 characters.</summary>
    public string Name => (string)json["name"]!;

    /// <summary>The nodes at which it can be started by a request.</summary>
    public IReadOnlyList<WorkflowWebhook> Webhooks { get; }

    /// <summary>SHA-256 of the canonical JSON, as 64 hexadecimal digits.</summary>
    public string Hash => CanonicalJson.Hash(json);

    internal IEnumerable<JsonObject> Nodes => ((JsonArray)json["nodes"]!).OfType<JsonObject>();

    internal JsonObject Settings => (JsonObject)json["settings"]!;

    /// <summary>A copy of its JSON: <c>name</c>, <c>nodes</c>, <c>connections</c>, <c>settings</c>.</summary>
    public JsonObject ToJson() => (JsonObject)json.DeepClone();

    /// <summary>The text of a file that holds it. The same document has the same text, whatever order its members came in.</summary>
    public string ToText() => Text(json);

    /// <summary>True when both say the same; the order of members and the way a number is written do not count.</summary>
    public bool Says(WorkflowDocument other) => JsonNode.DeepEquals(json, other.json);

    /// <summary>
    /// This document, put over what is there: nodes keep the ids and the credentials that n8n or a person gave them
    /// where this document names none, and settings that it does not speak of stay.
    /// </summary>
    public WorkflowDocument Over(WorkflowDocument current)
    {
        var merged = ToJson();
        var known = current.Nodes.GroupBy(node => node.Word("name"), StringComparer.Ordinal).ToDictionary(group => group.Key ?? "", group => group.First(), StringComparer.Ordinal);
        foreach (var node in ((JsonArray)merged["nodes"]!).OfType<JsonObject>())
        {
            if (known.TryGetValue(node.Word("name") ?? "", out var old) && old.Word("type") == node.Word("type"))
            {
                Keep(node, old, "id");
                Keep(node, old, "webhookId");
                KeepAll(node, "credentials", old["credentials"] as JsonObject);
            }
        }

        KeepAll(merged, "settings", current.Settings);
        var (nodes, connections, settings) = ((JsonArray)merged["nodes"]!, (JsonObject)merged["connections"]!, (JsonObject)merged["settings"]!);
        merged.Clear();
        return new WorkflowDocument(Name, nodes, connections, settings);
    }

    /// <summary>The text of a file that holds such JSON; see <see cref="ToText"/>.</summary>
    /// <param name="document">Name, nodes, connections and settings, as <see cref="ToJson"/> gives them.</param>
    public static string Text(JsonObject document)
    {
        var ordered = (JsonObject)Sorted(document)!;
        var nodes = new JsonArray([.. ((JsonArray)ordered["nodes"]!).Select(node => node is JsonObject members ? First(members, NodeOrder) : node?.DeepClone())]);
        ordered["nodes"] = nodes;
        return Pair().Replace(First(ordered, DocumentOrder).ToJsonString(FileFormat), match => match.Groups[1].Value
            + (char)ushort.Parse(match.Groups[2].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            + (char)ushort.Parse(match.Groups[3].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)) + "\n";
    }

    // The serializer escapes what lies beyond the first 65 536 letters, such as emoji; people read these files.
    [GeneratedRegex(@"(?<!\\)((?:\\\\)*)\\u(D[89AB][0-9A-F]{2})\\u(D[C-F][0-9A-F]{2})", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();

    private static void Keep(JsonObject node, JsonObject old, string name)
    {
        if (node[name] is null && old[name] is { } value)
        {
            node[name] = value.DeepClone();
        }
    }

    private static void KeepAll(JsonObject owner, string name, JsonObject? old)
    {
        if (old is null || old.Count == 0)
        {
            return;
        }

        var members = owner[name] as JsonObject ?? [];
        foreach (var (key, value) in old)
        {
            if (!members.ContainsKey(key))
            {
                members[key] = value?.DeepClone();
            }
        }

        owner[name] ??= members;
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static JsonObject First(JsonObject members, string[] names) => new(
        names.Where(members.ContainsKey).Concat(members.Select(member => member.Key).Except(names)).Select(name => KeyValuePair.Create(name, members[name]?.DeepClone())));
}
