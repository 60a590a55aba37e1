using System.Globalization;
using System.Text.Json.Nodes;

namespace Steward.Simulation.Railway.GraphQl;

/// <summary>The checked arguments of one field.</summary>
internal sealed class Arguments(IReadOnlyDictionary<string, JsonNode?> values)
{
    public string? Text(string name) => values.GetValueOrDefault(name)?.GetValue<string>();

    /// <summary>The text of an argument that the schema requires.</summary>
    public string Required(string name) => Text(name) ?? throw new InvalidOperationException($"The schema lets '{name}' be missing.");

    public int? Number(string name) => values.GetValueOrDefault(name)?.GetValue<int>();

    public bool Flag(string name) => values.GetValueOrDefault(name)?.GetValue<bool>() ?? false;

    public DateTimeOffset? Time(string name) => Text(name) is { } text
        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        : null;

    public JsonObject Object(string name) => values.GetValueOrDefault(name) as JsonObject ?? [];

    public IReadOnlyList<string> Texts(string name) => values.GetValueOrDefault(name) switch
    {
        JsonArray items => [.. items.Select(item => item!.GetValue<string>())],
        JsonNode one => [one.GetValue<string>()],
        null => [],
    };
}
