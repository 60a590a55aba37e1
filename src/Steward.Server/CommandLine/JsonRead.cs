using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary>Reads answers without insisting: what is not there, or is of another shape, is null.</summary>
internal static class JsonRead
{
    /// <summary>The member as text, whatever it is.</summary>
    public static string? Text(this JsonNode? node, string member) => (node as JsonObject)?[member] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var other => other.ToJsonString(Kernel.Json.Options),
    };

    /// <summary>The first of the members that is there.</summary>
    public static string? Text(this JsonNode? node, params string[] members) => members.Select(member => node.Text(member)).FirstOrDefault(text => text is not null);

    /// <summary>An instant, to the second.</summary>
    public static string? Time(this JsonNode? node, string member) =>
        node.Text(member) is { } text && DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var time) ? time.ToString("u", System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>The items of a page.</summary>
    public static IReadOnlyList<JsonNode?> Items(this JsonNode? page) => page?["items"] is JsonArray items ? [.. items] : [];
}
