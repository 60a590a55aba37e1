using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Agents.Sharing;

/// <summary>The server that signed a file, as it is seen from here.</summary>
/// <param name="Fingerprint">By what it is known: the SHA-256 of its public key, as 64 hexadecimal digits.</param>
/// <param name="IsOwn">Whether it is this server.</param>
/// <param name="IsKnown">Whether its files are taken: they are this server's own, or somebody trusted it.</param>
internal sealed record Signer(string Fingerprint, bool IsOwn, bool IsKnown);

/// <summary>
/// Who signs files: this server, with a key that is made at first use, and those whom people here trust. The key is in the store,
/// because that is what a server is: its nodes are one to whoever gets a file, and a backup brings it back. Audited.
/// </summary>
internal sealed class Signers(Database database, AuditLog audit, Redactor redactor, TimeProvider clock)
{
    /// <summary>This server's private key.</summary>
    public async Task<Secret> KeyAsync(Actor by, CancellationToken cancellationToken)
    {
        var key = await database.ReadAsync(SignerStore.KeyAsync, cancellationToken) ?? await database.WriteAsync(async session =>
        {
            // Of two nodes that want the first key at once, the second finds the other's.
            await AuditLog.LockAsync(session);
            if (await SignerStore.KeyAsync(session) is { } there)
            {
                return there;
            }

            var made = SigningKey.Generate();
            await SignerStore.AddKeyAsync(session, made, clock.Now());
            await audit.AppendAsync(session, Audited("agent.signer-made", SigningKey.Fingerprint(SigningKey.PublicOf(made)), by));
            return made;
        }, cancellationToken);
        redactor.Know(key.Reveal());
        return key;
    }

    /// <summary>This server as others see it.</summary>
    public async Task<Signer> OwnAsync(Actor by, CancellationToken cancellationToken) =>
        new(SigningKey.Fingerprint(SigningKey.PublicOf(await KeyAsync(by, cancellationToken))), IsOwn: true, IsKnown: true);

    /// <summary>Another one, or this, by its fingerprint.</summary>
    public Task<Signer> FindAsync(string fingerprint, CancellationToken cancellationToken) => database.ReadAsync(async session =>
    {
        var isOwn = await SignerStore.KeyAsync(session) is { } own && SigningKey.Fingerprint(SigningKey.PublicOf(own)) == fingerprint;
        return new Signer(fingerprint, isOwn, isOwn || await SignerStore.FindAsync(session, fingerprint) is not null);
    }, cancellationToken);

    /// <summary>Remembers one that somebody trusts, in a transaction of the caller.</summary>
    public async Task TrustAsync(Session session, string fingerprint, Actor by)
    {
        if (await SignerStore.AddAsync(session, new TrustedSigner(fingerprint, by.Name, clock.Now())))
        {
            await audit.AppendAsync(session, Audited("agent.signer-trusted", fingerprint, by));
        }
    }

    /// <summary>Forgets one: the next file of it has to be trusted again. Agents that were made from its files stay.</summary>
    public Task<Outcome<TrustedSigner>> ForgetAsync(string fingerprint, Actor by, CancellationToken cancellationToken) => database.WriteAsync<Outcome<TrustedSigner>>(async session =>
    {
        await AuditLog.LockAsync(session);
        if (await SignerStore.FindAsync(session, fingerprint) is not { } known)
        {
            return Refusal.NotFound("trusted signer", fingerprint);
        }

        await SignerStore.RemoveAsync(session, fingerprint);
        await audit.AppendAsync(session, Audited("agent.signer-forgotten", fingerprint, by));
        return known;
    }, cancellationToken);

    private static AuditEntry Audited(string kind, string fingerprint, Actor by) => new(kind, by.Name) { Target = $"signer/{fingerprint}" };
}
