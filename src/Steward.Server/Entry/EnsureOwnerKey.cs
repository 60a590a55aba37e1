using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Server.Startup;

namespace Steward.Server.Entry;

/// <summary>Sees to it at start that the owner can enter: with the key that the settings preset, or with a first one that is shown once.</summary>
internal sealed class EnsureOwnerKey(Database database, AuditLog audit, TimeProvider clock)
{
    private const string Owner = "owner";
    private const string FirstStart = "first-start";
    private const string FromSettings = "settings";

    // Of a key that somebody chose nothing is kept in the clear: its beginning may be a word of theirs.
    private const string PresetPrefix = "preset";
    private const string Self = "server";

    /// <summary>Takes over the preset key, or makes the first one on an empty store. Gives the key that has to be shown, or null.</summary>
    /// <exception cref="SettingsException">The preset key was revoked before.</exception>
    public async Task<Secret?> HandleAsync(Secret? preset, CancellationToken cancellationToken)
    {
        if (preset is not null)
        {
            await database.WriteAsync(session => PresetAsync(session, preset), cancellationToken);
            return null;
        }

        var key = ApiKey.Generate();
        return await database.WriteAsync(async session =>
        {
            await AuditLog.LockAsync(session);
            if (await KeyStore.CountAsync(session) > 0)
            {
                return false;
            }

            await AddAsync(session, "First key of the owner", key.Reveal(), FirstStart, ApiKey.PrefixOf(key.Reveal()));
            return true;
        }, cancellationToken) ? key : null;
    }

    private async Task PresetAsync(Session session, Secret preset)
    {
        await AuditLog.LockAsync(session);
        var known = await KeyStore.FindAsync(session, ApiKey.HashOf(preset.Reveal()));
        if (known is { RevokedAt: not null })
        {
            throw new SettingsException($"{SettingsReader.Prefix}OwnerKey is a key that was revoked at {known.RevokedAt:u}. Revoked keys do not come back: choose another.");
        }

        foreach (var old in await KeyStore.ActiveAsync(session))
        {
            if (old.CreatedBy == FromSettings && old.Id != known?.Id)
            {
                await KeyStore.RevokeAsync(session, old.Id, clock.Now());
                await audit.AppendAsync(session, KeyAudit.Entry(AuditKinds.KeyRevoked, old, Self));
            }
        }

        if (known is null)
        {
            await AddAsync(session, "Owner's key from the settings", preset.Reveal(), FromSettings, PresetPrefix);
        }
    }

    private async Task AddAsync(Session session, string name, string text, string by, string prefix)
    {
        var key = new ApiKey(Ids.New(clock), name, Owner, Scopes.All, prefix, clock.Now(), by, null, null) { Hash = ApiKey.HashOf(text) };
        await KeyStore.AddAsync(session, key);
        await audit.AppendAsync(session, KeyAudit.Entry(AuditKinds.KeyCreated, key, Self));
    }
}
