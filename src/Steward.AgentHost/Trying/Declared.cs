using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Sdk;

namespace Steward.AgentHost.Trying;

/// <summary>What an assembly's agent declares, as far as a trial needs it.</summary>
/// <param name="Tools">The names of its tools.</param>
/// <param name="Settings">A value for each setting.</param>
internal sealed record Declared(IReadOnlyList<string> Tools, JsonElement Settings)
{
    /// <summary>Reads it. Settings without a value get their default, or else an example of their type.</summary>
    public static Declared Of(Type agent, JsonElement given)
    {
        var root = JsonNode.Parse(agent.GetCustomAttribute<DeclarationAttribute>()!.Json)!;
        var values = new JsonObject();
        foreach (var (name, setting) in root["settings"] as JsonObject ?? [])
        {
            values[name] = given.ValueKind == JsonValueKind.Object && given.TryGetProperty(name, out var set) ? JsonNode.Parse(set.GetRawText())
                : setting?["default"] is { } preset ? preset.DeepClone()
                : Example((string?)setting?["type"]);
        }

        return new Declared([.. (root["tools"] as JsonObject ?? []).Select(tool => tool.Key)], JsonSerializer.SerializeToElement(values));
    }

    private static JsonNode Example(string? type) => type?.ToLowerInvariant() switch
    {
        "number" => 10,
        "flag" => true,
        "url" => "https://example.org/",
        "list" => new JsonArray("example", "another"),
        _ => "example",
    };
}
