using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Agents.Tools;

/// <summary>Gives a value that an earlier run has kept.</summary>
internal sealed class MemoryGet(Database database) : ITool
{
    public string Name => "memory_get";

    public string Grant => "memory";

    public string About => "A value that was kept under a key: { key } gives { value }, null where there is none.";

    public async Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var key = call.Text("key", MemorySet.LongestKey);
        var value = await database.ReadAsync(session => MemoryStore.FindAsync(session, call.Caller.Agent.Id, key), cancellationToken);
        return new JsonObject { ["value"] = value is null ? null : JsonNode.Parse(value) };
    }
}

/// <summary>Keeps a value for later runs.</summary>
internal sealed class MemorySet(Database database, TimeProvider clock) : ITool
{
    public const int LongestKey = 200;
    private const int LongestValue = 64 << 10;
    private const int MostKeys = 1000;

    public string Name => "memory_set";

    public string Grant => "memory";

    public string About => "Keeps a value under a key: { key, value }; null forgets it.";

    public async Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var key = call.Text("key", LongestKey);
        // As people read it: escaped, a letter outside ASCII would count as six.
        var value = call.Arguments.TryGetValue("value", out var given) && given.ValueKind != JsonValueKind.Null ? Json.Write(given) : null;
        if (value?.Length > LongestValue)
        {
            throw new ToolFaultException("too-large", $"The value of '{key}' has more than {LongestValue / 1024} KB.");
        }

        await database.WriteAsync(async session =>
        {
            await MemoryStore.SetAsync(session, call.Caller.Agent.Id, key, value, clock.Now());
            if (value is not null && await MemoryStore.CountAsync(session, call.Caller.Agent.Id) > MostKeys)
            {
                throw new ToolFaultException("too-large", $"There are {MostKeys} keys already. Forget some: set them to null.");
            }
        }, cancellationToken);
        return new JsonObject();
    }
}

/// <summary>The SQL of what agents keep.</summary>
internal static class MemoryStore
{
    public static Task<string?> FindAsync(Session session, Guid agentId, string key) =>
        session.FirstAsync("SELECT value FROM agent_memory WHERE agent_id = @agent AND key = @key", row => row.Text("value"), ("agent", agentId), ("key", key));

    public static Task<long> CountAsync(Session session, Guid agentId) => session.NumberAsync("SELECT COUNT(*) FROM agent_memory WHERE agent_id = @agent", ("agent", agentId));

    public static Task SetAsync(Session session, Guid agentId, string key, string? value, DateTimeOffset now) => value is null
        ? session.ExecuteAsync("DELETE FROM agent_memory WHERE agent_id = @agent AND key = @key", ("agent", agentId), ("key", key))
        : session.ExecuteAsync(
            "INSERT INTO agent_memory (agent_id, key, value, changed_at) VALUES (@agent, @key, @value, @now) ON CONFLICT (agent_id, key) DO UPDATE SET value = @value, changed_at = @now",
            ("agent", agentId), ("key", key), ("value", value), ("now", now));
}
