using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Governance.Policies;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Governance.Elevations;

/// <summary>A person's wish to widen an actor's level.</summary>
/// <param name="Actor">Who may do more.</param>
/// <param name="Target">For which service, or which target of a call.</param>
/// <param name="Level">Up to which level.</param>
/// <param name="Reason">Why.</param>
/// <param name="Minutes">For how long; the policy's default (15) when null.</param>
public sealed record ElevationRequest(string? Actor, string? Target, AutonomyLevel? Level, string? Reason, double? Minutes);

/// <summary>Widens an actor's level for one target and a time. It never opens what the policy denies or keeps for people.</summary>
public sealed class GrantElevation(Database database, AuditLog audit, WorkLedger ledger, PolicyFile policies, TimeProvider clock)
{
    /// <summary>Grants it, audited, with its own end already in the ledger.</summary>
    public async Task<Outcome<Elevation>> HandleAsync(ElevationRequest request, Actor person, CancellationToken cancellationToken)
    {
        var policy = policies.Current();
        var lifetime = request.Minutes is not { } minutes ? policy.ElevationDefault
            : minutes is > 0 and < 1_000_000 ? TimeSpan.FromMinutes(minutes) : TimeSpan.Zero;
        if (Check(request, person, lifetime, policy) is { } refusal)
        {
            return refusal;
        }

        var now = clock.Now();
        var elevation = new Elevation(Ids.New(clock), request.Actor!, Bare(request.Target!), request.Level!.Value, audit.Redact(request.Reason!), person.Name,
            now, UtcTime.Truncate(now + lifetime), null, null);
        await database.WriteAsync(async session =>
        {
            await AuditLog.LockAsync(session);
            await ElevationStore.AddAsync(session, elevation);
            await audit.AppendAsync(session, Entry(AuditKinds.ElevationGranted, elevation, person.Name));
            await ledger.EnqueueAsync(session, new NewWork(ElevationEnds.WorkKind, elevation.Id.ToString(), Json.Write(elevation.Id)) { DueAt = elevation.ExpiresAt });
        }, cancellationToken);
        return elevation;
    }

    internal static AuditEntry Entry(string kind, Elevation elevation, string by) => new(kind, by)
    {
        Target = elevation.Target,
        Reason = elevation.Reason,
        Detail = new JsonObject
        {
            ["elevation"] = elevation.Id.ToString(),
            ["actor"] = elevation.Actor,
            ["level"] = elevation.Level.ToString(),
            ["expiresAt"] = UtcTime.ToText(elevation.ExpiresAt),
        },
    };

    // A service is called by its bare name in calls; people also write what it is.
    private static string Bare(string target)
    {
        const string kind = "service/";
        return target.StartsWith(kind, StringComparison.OrdinalIgnoreCase) ? target[kind.Length..] : target;
    }

    private static Refusal? Check(ElevationRequest request, Actor person, TimeSpan lifetime, Policy policy)
    {
        if (!person.IsPerson)
        {
            return new Refusal(RefusalKind.Forbidden, "not-a-person", "Only an identified person can grant an elevation.");
        }

        foreach (var (field, text) in new[] { ("actor", request.Actor), ("target", request.Target), ("reason", request.Reason) })
        {
            if (string.IsNullOrWhiteSpace(text) || text.Length > 500)
            {
                return Refusal.Invalid(field, $"'{field}' must be given, with at most 500 characters.");
            }
        }

        return request.Level is not { } level || !Enum.IsDefined(level) ? Refusal.Invalid("level", "'level' must be manual, supervised or autonomous.")
            : lifetime < TimeSpan.FromSeconds(1) || lifetime > policy.ElevationLongest
                ? Refusal.Invalid("minutes", $"'minutes' must be more than 0 and at most {policy.ElevationLongest.TotalMinutes:0}, the longest that the policy allows.")
                : null;
    }
}
