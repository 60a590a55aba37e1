using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Connectors.Models;

/// <summary>Holds an answer against the schema that it was asked for. Pure.</summary>
internal static class JsonAnswer
{
    // Of two members with one name nobody knows which was meant.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The JSON alone; null with what is wrong when it is not what was asked for.</summary>
    public static string? Read(string text, JsonObject schema, out string fault)
    {
        var json = Unfenced(text.Trim());
        try
        {
            fault = (IsText(json) ? Fault(schema, JsonNode.Parse(json, documentOptions: Strict), "it") : "there are characters in it that are none") ?? "";
            return fault.Length == 0 ? json : null;
        }
        catch (JsonException)
        {
            fault = "it is not JSON";
            return null;
        }
    }

    // NUL and halves of surrogate pairs, which JSON can spell and no store can hold.
    private static bool IsText(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.GetString()!.Contains('\0', StringComparison.Ordinal))
                {
                    return false;
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // Some models put it into a block of Markdown whatever they are told.
    private static string Unfenced(string text) =>
        text.StartsWith("```", StringComparison.Ordinal) && text.EndsWith("```", StringComparison.Ordinal) && text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var line && line < text.Length - 3
            ? text[(line + 1)..^3].Trim()
            : text;

    // The words of JSON Schema that decide what code may rely on: types, members, values. Everything else is for whoever reads it.
    private static string? Fault(JsonObject schema, JsonNode? value, string place)
    {
        if (schema["type"] is { } type && !Types(type).Any(one => Is(one, value)))
        {
            return $"{place} is no {string.Join(" or ", Types(type))}";
        }

        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
        {
            return $"{place} is none of the words that it may be";
        }

        return value switch
        {
            JsonObject members => FaultOf(schema, members, place),
            JsonArray items when schema["items"] is JsonObject each => items.Select((item, at) => Fault(each, item, $"{place}[{at}]")).FirstOrDefault(fault => fault is not null),
            _ => null,
        };
    }

    private static string? FaultOf(JsonObject schema, JsonObject members, string place)
    {
        var known = schema["properties"] as JsonObject ?? [];
        foreach (var name in schema["required"] as JsonArray ?? [])
        {
            if (!members.ContainsKey((string)name!))
            {
                return $"{place} has no '{name}'";
            }
        }

        if (schema["additionalProperties"] is JsonValue more && more.GetValueKind() == JsonValueKind.False && members.Any(member => !known.ContainsKey(member.Key)))
        {
            return $"{place} has members that were not asked for";
        }

        return known.Where(one => one.Value is JsonObject && members.ContainsKey(one.Key))
            .Select(one => Fault((JsonObject)one.Value!, members[one.Key], $"{place}.{one.Key}")).FirstOrDefault(fault => fault is not null);
    }

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(one => (string)one!) : [(string)type!];

    private static bool Is(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number) or ("null", JsonValueKind.Null) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => value!.AsValue().TryGetValue(out double number) && double.IsInteger(number),
        _ => false,
    };
}
