using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Alerts.Maintenance;

/// <summary>The SQL of maintenance windows.</summary>
internal static class MaintenanceStore
{
    /// <summary>How many windows may be planned or open at once.</summary>
    public const int Most = 200;

    public static Task AddAsync(Session session, MaintenanceWindow window) => session.ExecuteAsync(
        """
        INSERT INTO maintenance_window (id, service, keeps_back, begins_at, ends_at, reason, set_by, set_at)
        VALUES (@id, @service, @keepsBack, @begins, @ends, @reason, @by, @at)
        """,
        ("id", window.Id), ("service", window.Service), ("keepsBack", window.KeepsBack), ("begins", window.BeginsAt), ("ends", window.EndsAt),
        ("reason", window.Reason), ("by", window.SetBy), ("at", window.SetAt));

    public static Task<MaintenanceWindow?> FindAsync(Session session, Guid id) =>
        session.FirstAsync("SELECT * FROM maintenance_window WHERE id = @id", Read, ("id", id));

    /// <summary>The windows that are open at the time.</summary>
    public static Task<IReadOnlyList<MaintenanceWindow>> OpenAsync(Session session, DateTimeOffset now) => session.QueryAsync(
        $"SELECT * FROM maintenance_window WHERE ends_at > @now AND begins_at <= @now AND ended_at IS NULL ORDER BY ends_at DESC LIMIT {Most}", Read, ("now", now));

    /// <summary>How many are open or still to come.</summary>
    public static Task<long> CountAsync(Session session, DateTimeOffset now) =>
        session.NumberAsync("SELECT COUNT(*) FROM maintenance_window WHERE ends_at > @now AND ended_at IS NULL", ("now", now));

    /// <summary>Ends a window that is not over. False when it is.</summary>
    public static async Task<bool> EndAsync(Session session, Guid id, string by, DateTimeOffset now) => await session.ExecuteAsync(
        "UPDATE maintenance_window SET ended_by = @by, ended_at = @now WHERE id = @id AND ended_at IS NULL AND ends_at > @now", ("by", by), ("now", now), ("id", id)) == 1;

    public static async Task<Page<MaintenanceWindow>> ListAsync(Session session, bool? open, DateTimeOffset now, PageRequest page)
    {
        var conditions = new List<string> { "1 = 1" };
        var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
        if (open is { } wanted)
        {
            conditions.Add(wanted ? "ends_at > @now AND ended_at IS NULL" : "(ends_at <= @now OR ended_at IS NOT NULL)");
            parameters.Add(("now", now));
        }

        if (Guid.TryParse(page.After, out var after))
        {
            conditions.Add("id < @after");
            parameters.Add(("after", after));
        }

        var rows = await session.QueryAsync($"SELECT * FROM maintenance_window WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit", Read, [.. parameters]);
        return page.Page(rows, window => window.Id.ToString());
    }

    private static MaintenanceWindow Read(Row row) => new(row.Uuid("id"), row.TextOrNull("service"), row.Enum<KeepsBack>("keeps_back"), row.Time("begins_at"), row.Time("ends_at"),
        row.Text("reason"), row.Text("set_by"), row.Time("set_at"), row.TextOrNull("ended_by"), row.TimeOrNull("ended_at"));
}
