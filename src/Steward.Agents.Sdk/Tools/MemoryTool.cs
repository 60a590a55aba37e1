using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Agents.Sdk.Tools;

/// <summary>Small values that outlive the runs, by key: at most 1,000 of them, 64 KB each.</summary>
/// <param name="tools">The way to the tools.</param>
public sealed class MemoryTool(ITools tools)
{
    /// <summary>A value, or <c>default</c> when there is none.</summary>
    /// <exception cref="JsonException">What is there is not a <typeparamref name="T"/>.</exception>
    public async Task<T?> GetAsync<T>(string key, CancellationToken cancellationToken)
    {
        var value = await tools.CallAsync("memory_get", new JsonObject { ["key"] = key }, cancellationToken);
        return value.TryGetProperty("value", out var found) && found.ValueKind != JsonValueKind.Null ? found.Deserialize<T>(AgentJson.Options) : default;
    }

    /// <summary>Sets a value; null forgets it.</summary>
    public Task SetAsync<T>(string key, T value, CancellationToken cancellationToken) =>
        tools.CallAsync("memory_set", new JsonObject { ["key"] = key, ["value"] = JsonSerializer.SerializeToNode(value, AgentJson.Options) }, cancellationToken);
}
