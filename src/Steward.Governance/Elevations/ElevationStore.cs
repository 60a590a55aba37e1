using Steward.Governance.Policies;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Governance.Elevations;

/// <summary>The SQL of elevations.</summary>
internal static class ElevationStore
{
    public static Task AddAsync(Session session, Elevation elevation) => session.ExecuteAsync(
        """
        INSERT INTO elevation (id, actor, target, level, reason, granted_by, granted_at, expires_at)
        VALUES (@id, @actor, @target, @level, @reason, @by, @at, @expires)
        """,
        ("id", elevation.Id), ("actor", elevation.Actor), ("target", elevation.Target), ("level", elevation.Level), ("reason", elevation.Reason),
        ("by", elevation.GrantedBy), ("at", elevation.GrantedAt), ("expires", elevation.ExpiresAt));

    public static Task<Elevation?> FindAsync(Session session, Guid id) =>
        session.FirstAsync("SELECT * FROM elevation WHERE id = @id", Read, ("id", id));

    /// <summary>The highest level to which the actor is lifted for the service or the exact target, or null.</summary>
    public static async Task<AutonomyLevel?> LevelAsync(Session session, string actor, string? service, string target, DateTimeOffset now)
    {
        var levels = await session.QueryAsync(
            "SELECT level FROM elevation WHERE ended_at IS NULL AND actor = @actor AND target IN (@service, @target) AND expires_at > @now",
            row => row.Enum<AutonomyLevel>("level"), ("actor", actor), ("service", service ?? target), ("target", target), ("now", now));
        return levels.Count == 0 ? null : levels.Max();
    }

    public static async Task<bool> EndAsync(Session session, Guid id, string by, DateTimeOffset now) =>
        await session.ExecuteAsync("UPDATE elevation SET ended_at = @now, ended_by = @by WHERE id = @id AND ended_at IS NULL",
            ("now", now), ("by", by), ("id", id)) == 1;

    public static async Task<Page<Elevation>> ListAsync(Session session, PageRequest page)
    {
        var rows = Guid.TryParse(page.After, out var after)
            ? await session.QueryAsync("SELECT * FROM elevation WHERE id < @after ORDER BY id DESC LIMIT @limit", Read, ("after", after), ("limit", page.Limit + 1))
            : await session.QueryAsync("SELECT * FROM elevation ORDER BY id DESC LIMIT @limit", Read, ("limit", page.Limit + 1));
        return page.Page(rows, elevation => elevation.Id.ToString());
    }

    private static Elevation Read(Row row) => new(
        row.Uuid("id"), row.Text("actor"), row.Text("target"), row.Enum<AutonomyLevel>("level"), row.Text("reason"), row.Text("granted_by"),
        row.Time("granted_at"), row.Time("expires_at"), row.TimeOrNull("ended_at"), row.TextOrNull("ended_by"));
}
