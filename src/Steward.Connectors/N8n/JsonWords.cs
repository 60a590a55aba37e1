using System.Text.Json.Nodes;

namespace Steward.Connectors.N8n;

/// <summary>Reads single members of JSON that somebody else wrote.</summary>
internal static class JsonWords
{
    /// <summary>The member's text; null when it is missing or something else.</summary>
    public static string? Word(this JsonObject members, string name) =>
        members[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
