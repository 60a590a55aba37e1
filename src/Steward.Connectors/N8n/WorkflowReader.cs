using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.N8n;

/// <summary>
/// Reads workflow documents from outside: files, requests, agents. What n8n adds to an export (<c>id</c>, <c>active</c>,
/// <c>tags</c> and so on) is left aside. n8n checks neither connections nor node types, so connections are checked here;
/// secrets do not pass.
/// </summary>
public sealed class WorkflowReader(Redactor redactor)
{
    /// <summary>How long a document may be as JSON: our own choice, far above the largest workflows that people draw.</summary>
    public const int MaxBytes = 512 * 1024;

    // Of two members of one name n8n would take the last, and a person perhaps the first.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    // n8n's own limit.
    private const int MaxName = 128;
    private readonly WorkflowSecrets secrets = new(redactor);

    /// <summary>Reads a document, or says what is wrong with it and where.</summary>
    public Outcome<WorkflowDocument> Read(JsonNode? json)
    {
        if (json is not JsonObject given)
        {
            return Wrong("", "A workflow is a JSON object with name, nodes and connections, as n8n's editor downloads it.");
        }

        var text = given.ToJsonString();
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            return Wrong("", $"A workflow may have {MaxBytes / 1024} kB of JSON; this one has more.");
        }

        JsonObject file;
        try
        {
            file = JsonNode.Parse(text, documentOptions: Strict)!.AsObject();
        }
        catch (JsonException e)
        {
            return Wrong("", $"Two readers could take it for two things: {e.Message}");
        }

        var name = file.Word("name")?.Trim();
        return string.IsNullOrEmpty(name) || name.Length > MaxName ? Wrong("name", $"'name' must be a text of 1 to {MaxName} characters.")
            : file["nodes"] is not JsonArray nodes ? Wrong("nodes", "'nodes' must be a list: the nodes of the workflow.")
            : file["connections"] is not JsonObject connections ? Wrong("connections", "'connections' must be an object: which node leads to which.")
            : file["settings"] is not (null or JsonObject) ? Wrong("settings", "'settings' must be an object.")
            : (Nodes(nodes) ?? Connections(connections, nodes) ?? Secrets(file)) is { } wrong ? wrong
            : new WorkflowDocument(name, (JsonArray)nodes.DeepClone(), (JsonObject)connections.DeepClone(), Settings(file["settings"] as JsonObject));
    }

    private static Refusal? Nodes(JsonArray nodes)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < nodes.Count; at++)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"nodes[{at}]");
            if (nodes[at] is not JsonObject node || node.Word("name") is not { Length: > 0 } name || node.Word("type") is not { Length: > 0 })
            {
                return Wrong(field, $"'{field}' must be an object with a name and a type.");
            }

            if (!names.Add(name))
            {
                return Wrong($"{field}.name", $"Two nodes are called '{name}'; connections find nodes by their names.");
            }

            if (node["parameters"] is not (null or JsonObject))
            {
                return Wrong($"{field}.parameters", $"'parameters' of node '{name}' must be an object.");
            }
        }

        return null;
    }

    // {"Webhook": {"main": [[{"node": "Set", "type": "main", "index": 0}]]}}: an output without connections is null or empty.
    private static Refusal? Connections(JsonObject connections, JsonArray nodes)
    {
        var names = nodes.OfType<JsonObject>().Select(node => node.Word("name")).ToHashSet(StringComparer.Ordinal);
        foreach (var (source, kinds) in connections)
        {
            var field = $"connections.{source}";
            if (!names.Contains(source))
            {
                return Wrong(field, $"'connections' speaks of a node '{source}', and there is none.");
            }

            if (kinds is not JsonObject outputs || outputs.Any(kind => kind.Value is not JsonArray lists || lists.Any(list => list is not (null or JsonArray))))
            {
                return Wrong(field, $"The connections of '{source}' must look like {{\"main\": [[{{\"node\": ..., \"type\": \"main\", \"index\": 0}}]]}}.");
            }

            foreach (var target in outputs.SelectMany(kind => (JsonArray)kind.Value!).OfType<JsonArray>().SelectMany(list => list))
            {
                if (target is not JsonObject to || to.Word("node") is not { } node || to.Word("type") is null || to["index"] is not JsonValue index || !index.TryGetValue(out int input) || input < 0)
                {
                    return Wrong(field, $"A connection of '{source}' lacks its node, type or index: n8n needs {{\"node\": ..., \"type\": \"main\", \"index\": 0}}.");
                }

                if (!names.Contains(node))
                {
                    return Wrong(field, $"'{source}' leads to a node '{node}', and there is none.");
                }
            }
        }

        return null;
    }

    private Refusal? Secrets(JsonObject file)
    {
        if (secrets.Find(file) is { Count: > 0 } found)
        {
            return new Refusal(RefusalKind.Invalid, "secret-in-workflow",
                $"{found[0]} holds a secret as plain text{(found.Count == 1 ? "" : $", and {found.Count - 1} more places do")}. Make a credential of it in n8n and let the node use that; a file is no place for it.", "nodes");
        }

        return WorkflowSecrets.IsMasked(file)
            ? new Refusal(RefusalKind.Invalid, "masked-workflow",
                $"It holds '{WorkflowSecrets.Mask}' where an export took a secret out. Make a credential of that secret in n8n, let the node use it, and export again.", "nodes")
            : null;
    }

    // Without it n8n would run an imported workflow by the rules of its first version.
    private static JsonObject Settings(JsonObject? settings) => settings is { Count: > 0 } ? (JsonObject)settings.DeepClone() : new JsonObject { ["executionOrder"] = "v1" };

    private static Refusal Wrong(string field, string message) => Refusal.Invalid(field.Length == 0 ? "workflow" : field, message);
}
