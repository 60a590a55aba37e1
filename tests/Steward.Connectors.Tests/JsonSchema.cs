using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Connectors.Tests;

/// <summary>As much of JSON Schema as the descriptions of Telegram and PagerDuty use. A keyword that it does not know is a fault, so nothing passes unread.</summary>
internal static class JsonSchema
{
    private static readonly string[] Words = ["$schema", "title", "description", "example", "format", "nullable", "default"];

    /// <summary>What is wrong with a value, a line each.</summary>
    /// <param name="root">The document in which references are looked up.</param>
    /// <param name="schema">What the value must be.</param>
    /// <param name="value">The value.</param>
    /// <param name="place">Where it stands, for the message.</param>
    public static IEnumerable<string> Faults(JsonNode root, JsonNode schema, JsonNode? value, string place = "")
    {
        foreach (var (keyword, says) in schema.AsObject())
        {
            foreach (var fault in Faults(root, schema, keyword, says!, value, place))
            {
                yield return $"{place}: {fault}";
            }
        }
    }

    private static IEnumerable<string> Faults(JsonNode root, JsonNode schema, string keyword, JsonNode says, JsonNode? value, string place) => keyword switch
    {
        "$ref" => Faults(root, ((string)says!).TrimStart('#', '/').Split('/').Aggregate(root, (node, part) => node[part]!), value, place),
        "type" => Is((string)says!, value) ? [] : [$"is no {says}"],
        "enum" => says.AsArray().Any(one => JsonNode.DeepEquals(one, value)) ? [] : [$"is none of {says.ToJsonString()}"],
        "const" => JsonNode.DeepEquals(says, value) ? [] : [$"is not {says.ToJsonString()}"],
        "maxLength" => value?.GetValueKind() == JsonValueKind.String && ((string)value!).Length > (int)says ? [$"is longer than {says}"] : [],
        "minLength" => value?.GetValueKind() == JsonValueKind.String && ((string)value!).Length < (int)says ? [$"is shorter than {says}"] : [],
        "required" => value is JsonObject members ? says.AsArray().Where(name => !members.ContainsKey((string)name!)).Select(name => $"'{name}' is missing") : [],
        "properties" => value is JsonObject parts
            ? says.AsObject().Where(part => parts.ContainsKey(part.Key)).SelectMany(part => Faults(root, part.Value!, parts[part.Key], $"{place}/{part.Key}"))
            : [],
        "additionalProperties" when says.GetValueKind() == JsonValueKind.False && value is JsonObject all =>
            all.Where(part => schema["properties"]?[part.Key] is null).Select(part => $"there is no '{part.Key}'"),
        "items" => value is JsonArray items ? items.SelectMany((item, at) => Faults(root, says, item, $"{place}/{at}")) : [],
        "allOf" => says.AsArray().SelectMany(one => Faults(root, one!, value, place)),
        "anyOf" => says.AsArray().Any(one => !Faults(root, one!, value, place).Any()) ? [] : ["fits none of the alternatives"],
        "if" => schema[Faults(root, says, value, place).Any() ? "else" : "then"] is { } then ? Faults(root, then, value, place) : [],
        "then" or "else" or "additionalProperties" => [],
        _ => Words.Contains(keyword) ? [] : [$"the schema's keyword '{keyword}' is not known here"],
    };

    private static bool Is(string type, JsonNode? value) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out _),
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        _ => false,
    };
}
