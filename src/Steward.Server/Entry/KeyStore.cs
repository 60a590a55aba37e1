using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Server.Entry;

/// <summary>The SQL of keys.</summary>
internal static class KeyStore
{
    /// <summary>The topic on which nodes hear that keys were made or revoked.</summary>
    public const string Topic = "keys";

    /// <summary>How many good keys there may be; every node keeps them all at hand.</summary>
    public const int MaxActive = 500;

    /// <summary>Adds a key. False when its hash, or a first key, is there already.</summary>
    public static async Task<bool> AddAsync(Session session, ApiKey key)
    {
        var added = await session.ExecuteAsync(
            """
            INSERT INTO api_key (id, name, holder, scopes, hash, prefix, created_at, created_by)
            VALUES (@id, @name, @holder, @scopes, @hash, @prefix, @at, @by) ON CONFLICT DO NOTHING
            """,
            ("id", key.Id), ("name", key.Name), ("holder", key.Holder), ("scopes", string.Join(' ', key.Scopes)), ("hash", key.Hash),
            ("prefix", key.Prefix), ("at", key.CreatedAt), ("by", key.CreatedBy));
        session.Announce(Topic);
        return added == 1;
    }

    public static Task<IReadOnlyList<ApiKey>> ActiveAsync(Session session) =>
        session.QueryAsync($"SELECT * FROM api_key WHERE revoked_at IS NULL ORDER BY id LIMIT {MaxActive}", Read);

    public static Task<ApiKey?> FindAsync(Session session, Guid id) =>
        session.FirstAsync("SELECT * FROM api_key WHERE id = @id", Read, ("id", id));

    public static Task<ApiKey?> FindAsync(Session session, string hash) =>
        session.FirstAsync("SELECT * FROM api_key WHERE hash = @hash", Read, ("hash", hash));

    public static Task<long> CountAsync(Session session) => session.NumberAsync("SELECT COUNT(*) FROM api_key");

    public static async Task<bool> RevokeAsync(Session session, Guid id, DateTimeOffset now)
    {
        session.Announce(Topic);
        return await session.ExecuteAsync("UPDATE api_key SET revoked_at = @now WHERE id = @id AND revoked_at IS NULL", ("now", now), ("id", id)) == 1;
    }

    public static Task TouchAsync(Session session, Guid id, DateTimeOffset now) =>
        session.ExecuteAsync("UPDATE api_key SET last_used_at = @now WHERE id = @id", ("now", now), ("id", id));

    public static async Task<Page<ApiKey>> ListAsync(Session session, PageRequest page)
    {
        var rows = Guid.TryParse(page.After, out var after)
            ? await session.QueryAsync("SELECT * FROM api_key WHERE id < @after ORDER BY id DESC LIMIT @limit", Read, ("after", after), ("limit", page.Limit + 1))
            : await session.QueryAsync("SELECT * FROM api_key ORDER BY id DESC LIMIT @limit", Read, ("limit", page.Limit + 1));
        return page.Page(rows, key => key.Id.ToString());
    }

    private static ApiKey Read(Row row) => new(
        row.Uuid("id"), row.Text("name"), row.Text("holder"), row.Text("scopes").Split(' '), row.Text("prefix"),
        row.Time("created_at"), row.Text("created_by"), row.TimeOrNull("last_used_at"), row.TimeOrNull("revoked_at"))
    {
        Hash = row.Text("hash"),
    };
}
