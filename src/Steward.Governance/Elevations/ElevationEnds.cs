using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Governance.Elevations;

/// <summary>Ends elevations: by themselves when their time is over, or earlier by a person.</summary>
public sealed class ElevationEnds(Database database, AuditLog audit, TimeProvider clock) : IWorkHandler
{
    internal const string WorkKind = "governance.elevation-ends";

    /// <inheritdoc />
    public string Kind => WorkKind;

    /// <inheritdoc />
    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var ended = await EndAsync(item.Read<Guid>(), "time", cancellationToken);
        return WorkResult.Done(ended.IsRefused ? "It had ended before." : "Ended.");
    }

    /// <summary>Ends an elevation before its time.</summary>
    public Task<Outcome<Elevation>> EndAsync(Guid id, Actor by, CancellationToken cancellationToken) => EndAsync(id, by.Name, cancellationToken);

    /// <summary>All elevations, newest first.</summary>
    public Task<Page<Elevation>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ElevationStore.ListAsync(session, page), cancellationToken);

    private Task<Outcome<Elevation>> EndAsync(Guid id, string by, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Elevation>>(async session =>
        {
            await AuditLog.LockAsync(session);
            if (await ElevationStore.FindAsync(session, id) is not { } elevation)
            {
                return Refusal.NotFound("elevation", id);
            }

            var now = clock.Now();
            if (!await ElevationStore.EndAsync(session, id, by, now))
            {
                return new Refusal(RefusalKind.Conflict, "ended", $"The elevation {id} ended at {elevation.EndedAt:u}.");
            }

            await audit.AppendAsync(session, GrantElevation.Entry(AuditKinds.ElevationEnded, elevation, by));
            return elevation with { EndedAt = now, EndedBy = by };
        }, cancellationToken);
}
