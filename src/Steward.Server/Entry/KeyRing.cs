using System.Security.Cryptography;
using System.Text;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Server.Entry;

/// <summary>
/// The good keys, at hand. They are read again on news and at least once a second, so a revoked key is refused at once
/// on this node and within a second on the others, even where news was lost.
/// </summary>
internal sealed class KeyRing : IDisposable
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TouchAfter = TimeSpan.FromMinutes(1);

    private readonly Database database;
    private readonly TimeProvider clock;
    private readonly IDisposable listening;
    private volatile Snapshot? latest;

    public KeyRing(Database database, TimeProvider clock)
    {
        (this.database, this.clock) = (database, clock);
        listening = database.Signals.Listen(KeyStore.Topic, () => latest = null);
    }

    /// <summary>The good key that was shown, or null.</summary>
    public async Task<ApiKey?> FindAsync(string shown, CancellationToken cancellationToken)
    {
        var snapshot = latest;
        if (snapshot is null || clock.GetElapsedTime(snapshot.ReadAt) >= ReadAgainAfter)
        {
            var readAt = clock.GetTimestamp();
            snapshot = new Snapshot(readAt, await database.ReadAsync(KeyStore.ActiveAsync, cancellationToken));
            latest = snapshot;
        }

        // Hashes are compared, each to its end: how long it takes tells nothing about any key.
        var hash = Encoding.ASCII.GetBytes(ApiKey.HashOf(shown));
        ApiKey? found = null;
        foreach (var key in snapshot.Keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, Encoding.ASCII.GetBytes(key.Hash)))
            {
                found = key;
            }
        }

        if (found is not null && (found.LastUsedAt is null || clock.Now() - found.LastUsedAt >= TouchAfter))
        {
            await TouchAsync(found, cancellationToken);
        }

        return found;
    }

    public void Dispose() => listening.Dispose();

    private async Task TouchAsync(ApiKey key, CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(session => KeyStore.TouchAsync(session, key.Id, clock.Now()), cancellationToken);
            latest = null;
        }
        catch (Exception e) when (StoreTrouble.Is(e))
        {
            // When it was last used is a courtesy; a store that only reads still lets its people in to look.
        }
    }

    private sealed record Snapshot(long ReadAt, IReadOnlyList<ApiKey> Keys);
}
