using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Governance.Stops;

/// <summary>
/// The kill switches. They live in the store and the gate reads them in the transaction of every decision and every
/// redemption, so a switch holds on all nodes from the moment it is raised, and over restarts.
/// </summary>
public sealed class KillSwitch(Database database, AuditLog audit, StopNews news, TimeProvider clock)
{
    /// <summary>The topic on which nodes hear that a switch was raised or lifted.</summary>
    public const string Topic = "stops";

    /// <summary>How every reason of <see cref="CoveringAsync"/> begins.</summary>
    public const string ReasonBegins = "The kill switch for ";

    /// <summary>
    /// Who tells people what is going on, and does nothing else. The switch for everything lets them: trouble that nobody hears of
    /// lasts as long as the stop. A switch for this actor silences them as well.
    /// </summary>
    public const string Teller = "alerts";

    /// <summary>Who raises a switch when nobody does.</summary>
    internal static readonly Actor Itself = new("gate");

    private const string ActiveSql = "SELECT * FROM stop WHERE lifted_at IS NULL";

    /// <summary>The switches that are on, oldest first.</summary>
    public Task<IReadOnlyList<Stop>> ActiveAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync($"{ActiveSql} ORDER BY id LIMIT 500", Read), cancellationToken);

    /// <summary>Raises a switch. One that is on already stays as it is and is given back.</summary>
    public Task<Stop> RaiseAsync(StopScope scope, string subject, string reason, Actor by, CancellationToken cancellationToken) =>
        database.WriteAsync(session => RaiseAsync(session, scope, subject, reason, by), cancellationToken);

    /// <summary>Lifts a switch and wakes the work that it held back.</summary>
    public Task<Outcome<Stop>> LiftAsync(StopScope scope, string subject, string? reason, Actor by, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Stop>>(async session =>
        {
            await AuditLog.LockAsync(session);
            var stop = await FindAsync(session, scope, subject);
            if (stop is null)
            {
                return new Refusal(RefusalKind.NotFound, "not-stopped", scope == StopScope.Global
                    ? "Nothing to lift: the global kill switch is not on."
                    : $"Nothing to lift: there is no stop for {subject}.");
            }

            var now = clock.Now();
            reason = reason is null ? null : audit.Redact(reason);
            await session.ExecuteAsync("UPDATE stop SET lifted_by = @by, lifted_at = @now, lift_reason = @reason WHERE id = @id",
                ("by", by.Name), ("now", now), ("reason", reason), ("id", stop.Id));
            await audit.AppendAsync(session, Entry(AuditKinds.StopLifted, stop, by, reason));
            // In the order in which every transaction of the ledger takes its rows: two orders could block each other.
            var held = await session.QueryAsync("SELECT waiting_work FROM governed_call WHERE state = 'held' AND waiting_work IS NOT NULL ORDER BY waiting_work",
                row => row.Uuid("waiting_work"));
            foreach (var work in held)
            {
                await WorkLedger.WakeAsync(session, work, now);
            }

            stop = stop with { LiftedBy = by.Name, LiftedAt = now };
            session.Announce(Topic);
            await news.TellAsync(session, stop);
            return stop;
        }, cancellationToken);

    internal async Task<Stop> RaiseAsync(Session session, StopScope scope, string subject, string reason, Actor by)
    {
        await AuditLog.LockAsync(session);
        if (await FindAsync(session, scope, subject) is { } already)
        {
            return already;
        }

        reason = audit.Redact(reason);
        var stop = new Stop(Ids.New(clock), scope, subject, reason, by.Name, clock.Now(), null, null);
        await session.ExecuteAsync(
            "INSERT INTO stop (id, scope, subject, reason, raised_by, raised_at) VALUES (@id, @scope, @subject, @reason, @by, @at)",
            ("id", stop.Id), ("scope", scope), ("subject", subject), ("reason", reason), ("by", by.Name), ("at", stop.RaisedAt));
        await audit.AppendAsync(session, Entry(AuditKinds.StopRaised, stop, by, reason));
        session.Announce(Topic);
        await news.TellAsync(session, stop);
        return stop;
    }

    /// <summary>Why a switch is on that covers what an actor does, to a service where it is done to one; null when none is.</summary>
    /// <param name="session">The session that is to see it.</param>
    /// <param name="actor">Who acts, such as <c>agent:tesla-watch</c>.</param>
    /// <param name="service">The service; null when none.</param>
    public static async Task<string?> CoveringAsync(Session session, string actor, string? service)
    {
        var stops = await session.QueryAsync(ActiveSql, Read);
        var stop = stops.FirstOrDefault(stop => stop.Scope switch
        {
            StopScope.Global => actor != Teller,
            StopScope.Service => stop.Subject == service,
            StopScope.Actor => stop.Subject == actor,
            _ => true,
        });
        return stop is null ? null : $"{ReasonBegins}{stop.Covers} is on since {UtcTime.ToText(stop.RaisedAt)}, raised by {stop.RaisedBy}: {stop.Reason} To lift it: {stop.Resume}";
    }

    internal static Task<Stop?> FindAsync(Session session, Guid id) => session.FirstAsync("SELECT * FROM stop WHERE id = @id", Read, ("id", id));

    private static Task<Stop?> FindAsync(Session session, StopScope scope, string subject) =>
        session.FirstAsync($"{ActiveSql} AND scope = @scope AND subject = @subject", Read, ("scope", scope), ("subject", subject));

    private static AuditEntry Entry(string kind, Stop stop, Actor by, string? reason) => new(kind, by.Name)
    {
        Reason = reason,
        Service = stop.Scope == StopScope.Service ? stop.Subject : null,
        Detail = new JsonObject { ["scope"] = stop.Scope.ToString(), ["subject"] = stop.Subject },
    };

    private static Stop Read(Row row) => new(
        row.Uuid("id"), row.Enum<StopScope>("scope"), row.Text("subject"), row.Text("reason"),
        row.Text("raised_by"), row.Time("raised_at"), row.TextOrNull("lifted_by"), row.TimeOrNull("lifted_at"));
}
