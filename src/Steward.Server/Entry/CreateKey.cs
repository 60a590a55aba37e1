using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Server.Entry;

/// <summary>A wish for a key.</summary>
/// <param name="Name">What it is for, at most 100 characters.</param>
/// <param name="Holder">The person who will act with it, at most 100 characters.</param>
/// <param name="Scopes">What it may do: read, operate, approve, admin.</param>
internal sealed record NewKey(string? Name, string? Holder, IReadOnlyList<string>? Scopes);

/// <summary>A key that was just made.</summary>
/// <param name="Details">What is kept of it.</param>
/// <param name="Key">The key itself; it is never shown again.</param>
internal sealed record MadeKey(ApiKey Details, string Key);

/// <summary>Makes a key.</summary>
internal sealed class CreateKey(Database database, AuditLog audit, TimeProvider clock)
{
    public async Task<Outcome<MadeKey>> HandleAsync(NewKey wish, Actor by, CancellationToken cancellationToken)
    {
        if (Check(wish) is { } refusal)
        {
            return refusal;
        }

        var text = ApiKey.Generate().Reveal();
        var scopes = Scopes.All.Where(scope => wish.Scopes!.Contains(scope)).ToList();
        var key = new ApiKey(Ids.New(clock), wish.Name!, wish.Holder!, scopes, ApiKey.PrefixOf(text), clock.Now(), by.Name, null, null) { Hash = ApiKey.HashOf(text) };
        return await database.WriteAsync<Outcome<MadeKey>>(async session =>
        {
            await AuditLog.LockAsync(session);
            if ((await KeyStore.ActiveAsync(session)).Count >= KeyStore.MaxActive)
            {
                return new Refusal(RefusalKind.Conflict, "too-many-keys", $"There are {KeyStore.MaxActive} keys already. Revoke those that nobody uses.");
            }

            await KeyStore.AddAsync(session, key);
            await audit.AppendAsync(session, KeyAudit.Entry(AuditKinds.KeyCreated, key, by.Name));
            return new MadeKey(key, text);
        }, cancellationToken);
    }

    private static Refusal? Check(NewKey wish)
    {
        foreach (var (field, text) in new[] { ("name", wish.Name), ("holder", wish.Holder) })
        {
            if (string.IsNullOrWhiteSpace(text) || text.Length > 100 || text.Any(char.IsControl))
            {
                return Refusal.Invalid(field, $"'{field}' must be given, with at most 100 characters.");
            }
        }

        return wish.Scopes is not { Count: > 0 } || wish.Scopes.Any(scope => !Scopes.All.Contains(scope))
            ? Refusal.Invalid("scopes", $"'scopes' must name one or more of {string.Join(", ", Scopes.All)}.")
            : null;
    }
}
