using Steward.Platform.Storage;

namespace Steward.Operations.Watched;

/// <summary>The SQL of watched services.</summary>
internal static class ServiceStore
{
    public static Task SaveAsync(Session session, IReadOnlyList<WatchedService> services) => session.ExecuteManyAsync(
        """
        INSERT INTO service (id, name, deployment_id, health, health_failures, health_detail, health_since, health_at, health_of, seen_at, absent_since, absent_at)
        VALUES (@id, @name, @deployment, @health, @failures, @detail, @since, @healthAt, @of, @seen, @absentSince, @absentAt)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, deployment_id = excluded.deployment_id, health = excluded.health,
          health_failures = excluded.health_failures, health_detail = excluded.health_detail, health_since = excluded.health_since, health_at = excluded.health_at,
          health_of = excluded.health_of, seen_at = excluded.seen_at, absent_since = excluded.absent_since, absent_at = excluded.absent_at
        """,
        [.. services.Select(one => new (string, object?)[]
        {
            ("id", one.Id), ("name", one.Name), ("deployment", one.DeploymentId), ("health", one.Health), ("failures", one.HealthFailures),
            ("detail", one.HealthDetail), ("since", one.HealthSince), ("healthAt", one.HealthAt), ("of", one.HealthOf), ("seen", one.SeenAt),
            ("absentSince", one.AbsentSince), ("absentAt", one.AbsentAt),
        })]);

    /// <summary>
    /// Has a service watched or left alone, by its name. Its health is asked anew then: what it suffers from when it is watched again is
    /// another occurrence. False when none of the name was seen.
    /// </summary>
    public static async Task<bool> SetWatchedAsync(Session session, string name, bool watched)
    {
        await session.ExecuteAsync(
            "UPDATE service SET watched = @watched, health = @health, health_failures = 0, health_detail = NULL, health_since = NULL, health_at = NULL, health_of = NULL WHERE name = @name AND watched <> @watched",
            ("watched", watched ? 1 : 0), ("name", name), ("health", ServiceHealth.Unknown));
        return await session.FirstAsync("SELECT id FROM service WHERE name = @name", row => row.TextOrNull("id"), ("name", name)) is not null;
    }

    /// <summary>A service by its key; null when none was seen.</summary>
    public static Task<WatchedService?> FindAsync(Session session, string id) => session.FirstAsync("SELECT * FROM service WHERE id = @id", Read, ("id", id));

    /// <summary>All services that were seen, by name. As many as the provider's environment has.</summary>
    public static Task<IReadOnlyList<WatchedService>> AllAsync(Session session) =>
        session.QueryAsync("SELECT * FROM service ORDER BY name, id", Read);

    private static WatchedService Read(Row row) => new(
            row.Text("id"), row.Text("name"), row.TextOrNull("deployment_id"), row.Enum<ServiceHealth>("health"), row.Int("health_failures"),
            row.TextOrNull("health_detail"), row.TimeOrNull("health_since"), row.TimeOrNull("health_at"), row.Time("seen_at"), row.TextOrNull("health_of"),
            row.Int("watched") == 1)
    {
        AbsentSince = row.TimeOrNull("absent_since"),
        AbsentAt = row.TimeOrNull("absent_at"),
    };
}
