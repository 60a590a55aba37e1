using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Agents.Sharing;

/// <summary>A server whose files are trusted here.</summary>
/// <param name="Fingerprint">By what it is known: the SHA-256 of its public key, as 64 hexadecimal digits.</param>
/// <param name="TrustedBy">Who trusted it.</param>
/// <param name="TrustedAt">When.</param>
internal sealed record TrustedSigner(string Fingerprint, string TrustedBy, DateTimeOffset TrustedAt);

/// <summary>The SQL of who signs: this server's key, and whom people here trust.</summary>
internal static class SignerStore
{
    public static Task<Secret?> KeyAsync(Session session) => session.FirstAsync("SELECT private_key FROM agent_signing_key WHERE one = 1", row => new Secret(row.Text("private_key")));

    public static Task AddKeyAsync(Session session, Secret key, DateTimeOffset now) =>
        session.ExecuteAsync("INSERT INTO agent_signing_key (one, private_key, made_at) VALUES (1, @key, @now)", ("key", key.Reveal()), ("now", now));

    public static Task<TrustedSigner?> FindAsync(Session session, string fingerprint) =>
        session.FirstAsync("SELECT * FROM agent_signer WHERE fingerprint = @fingerprint", Read, ("fingerprint", fingerprint));

    /// <summary>Remembers a server; false when it is known already.</summary>
    public static async Task<bool> AddAsync(Session session, TrustedSigner signer) => await session.ExecuteAsync(
        "INSERT INTO agent_signer (fingerprint, trusted_by, trusted_at) VALUES (@fingerprint, @by, @at) ON CONFLICT DO NOTHING",
        ("fingerprint", signer.Fingerprint), ("by", signer.TrustedBy), ("at", signer.TrustedAt)) == 1;

    public static Task RemoveAsync(Session session, string fingerprint) => session.ExecuteAsync("DELETE FROM agent_signer WHERE fingerprint = @fingerprint", ("fingerprint", fingerprint));

    public static async Task<Page<TrustedSigner>> ListAsync(Session session, PageRequest page) => page.Page(
        await session.QueryAsync("SELECT * FROM agent_signer WHERE fingerprint > @after ORDER BY fingerprint LIMIT @limit", Read, ("after", page.After ?? ""), ("limit", page.Limit + 1)),
        signer => signer.Fingerprint);

    private static TrustedSigner Read(Row row) => new(row.Text("fingerprint"), row.Text("trusted_by"), row.Time("trusted_at"));
}
