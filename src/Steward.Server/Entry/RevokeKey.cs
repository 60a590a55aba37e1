using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Server.Entry;

/// <summary>Revokes a key, for good.</summary>
internal sealed class RevokeKey(Database database, AuditLog audit, TimeProvider clock)
{
    public Task<Outcome<ApiKey>> HandleAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<ApiKey>>(async session =>
        {
            // Two administrators who revoke each other's key at one moment would otherwise both succeed.
            await AuditLog.LockAsync(session);
            if (await KeyStore.FindAsync(session, id) is not { } key)
            {
                return Refusal.NotFound("key", id);
            }

            if (key.RevokedAt is { } when)
            {
                return new Refusal(RefusalKind.Conflict, "already-revoked", $"The key was revoked at {when:u}.");
            }

            var others = (await KeyStore.ActiveAsync(session)).Where(other => other.Id != id);
            if (key.Has(Scopes.Admin) && !others.Any(other => other.Has(Scopes.Admin)))
            {
                return new Refusal(RefusalKind.Conflict, "last-admin-key", "This is the last key that can make keys: nobody could manage them any more. Make another admin key first.");
            }

            var now = clock.Now();
            await KeyStore.RevokeAsync(session, id, now);
            await audit.AppendAsync(session, KeyAudit.Entry(AuditKinds.KeyRevoked, key, by.Name));
            return key with { RevokedAt = now };
        }, cancellationToken);
}
