using Steward.Platform.Storage;

namespace Steward.Agents.Sharing;

/// <summary>The SQL of what files tell of agents.</summary>
internal static class ShareStore
{
    /// <summary>What a version declares, as it was written.</summary>
    public static Task<string?> DeclarationAsync(Session session, Guid agentId, int version) => session.FirstAsync(
        "SELECT declaration FROM agent_version WHERE agent_id = @agent AND version = @version", row => row.Text("declaration"), ("agent", agentId), ("version", version));

    /// <summary>Writes down from whose file an agent was made.</summary>
    public static Task SetOriginAsync(Session session, Guid agentId, string fingerprint) =>
        session.ExecuteAsync("UPDATE agent SET imported_from = @fingerprint WHERE id = @id", ("fingerprint", fingerprint), ("id", agentId));
}
