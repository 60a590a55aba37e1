using System.Text.Json;

namespace Steward.Connectors.N8n;

/// <summary>What we read of n8n's public API, as version 2.41 answers.</summary>
internal static class N8nWire
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public sealed record Executions(IReadOnlyList<Execution> Data, string? NextCursor = null);

    public sealed record Execution(DateTimeOffset? StartedAt = null, JsonElement Data = default);

    /// <summary>True when a webhook's item has the key in its header, or in its body as an alert has it. The depth is bounded by the JSON reader's 64.</summary>
    public static bool Mentions(JsonElement data, string key) => data.ValueKind switch
    {
        JsonValueKind.Object => Is(data, "headers", N8nAlerts.KeyHeader, key) || Is(data, "body", "key", key)
            || data.EnumerateObject().Any(member => Mentions(member.Value, key)),
        JsonValueKind.Array => data.EnumerateArray().Any(item => Mentions(item, key)),
        _ => false,
    };

    private static bool Is(JsonElement item, string part, string name, string key) =>
        item.TryGetProperty(part, out var members) && members.ValueKind == JsonValueKind.Object
        && members.EnumerateObject().Any(member => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase)
            && member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() == key);
}
