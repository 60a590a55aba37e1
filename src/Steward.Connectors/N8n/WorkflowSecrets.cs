using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.N8n;

/// <summary>
/// Secrets that somebody wrote into a workflow's nodes instead of into a credential: found by their value, by their
/// look, and by the name of the field or header that they stand in. Expressions (<c>={{ ... }}</c>) and programs are
/// not secrets because they speak of a token.
/// </summary>
internal sealed partial class WorkflowSecrets(Redactor redactor)
{
    public const string Mask = "[redacted]";

    /// <summary>Where secrets are, for people: <c>node 'Send', parameters.headers[0].value</c>.</summary>
    public IReadOnlyList<string> Find(JsonObject document) => Walk((JsonObject)document.DeepClone());

    /// <summary>The document with the secrets taken out, and where they were.</summary>
    public (JsonObject Clean, IReadOnlyList<string> Places) Clean(WorkflowDocument document)
    {
        var copy = document.ToJson();
        return (copy, Walk(copy));
    }

    /// <summary>True when something was taken out of it.</summary>
    public static bool IsMasked(JsonObject document) => document["nodes"]?.ToJsonString().Contains(Mask, StringComparison.Ordinal) == true;

    private List<string> Walk(JsonObject document)
    {
        var places = new List<string>();
        foreach (var node in (document["nodes"] as JsonArray ?? []).OfType<JsonObject>())
        {
            // What stands under credentials are names and ids of n8n's; their secrets never leave it.
            foreach (var (name, value) in node.Where(member => member.Key != "credentials").ToList())
            {
                Visit(value, name, null, $"node '{node.Word("name")}', {name}", places);
            }
        }

        return places;
    }

    private void Visit(JsonNode? value, string name, string? beside, string place, List<string> places)
    {
        switch (value)
        {
            case JsonObject members:
                foreach (var (inner, child) in members.ToList())
                {
                    Visit(child, inner, members.Word("name"), $"{place}.{inner}", places);
                }

                break;
            case JsonArray items:
                for (var at = 0; at < items.Count; at++)
                {
                    Visit(items[at], name, null, string.Create(CultureInfo.InvariantCulture, $"{place}[{at}]"), places);
                }

                break;
            case JsonValue leaf when leaf.GetValueKind() == JsonValueKind.String:
                var text = leaf.GetValue<string>();
                // {"name": "Authorization", "value": "..."}: a header's name says what its value is.
                if (redactor.HoldsSecret(text) || (IsLiteral(text) && SecretName().IsMatch(name == "value" && beside is not null ? beside : name)))
                {
                    places.Add(place);
                    leaf.ReplaceWith(Mask);
                }

                break;
        }
    }

    private static bool IsLiteral(string text) => text.Length > 0 && text != Mask && text[0] != '=' && !text.Contains("{{", StringComparison.Ordinal);

    // Fields and headers that hold nothing but a secret.
    [GeneratedRegex("^(?:authorization|proxy-authorization|cookie|(?:.*[_-])?(?:api[_-]?key|apikey|access[_-]?token|auth[_-]?token|token|secret|client[_-]?secret|password|passwd|private[_-]?key))$|(?:ApiKey|AccessToken|AuthToken|ClientSecret|Password|PrivateKey)$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
