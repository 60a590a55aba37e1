using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Governance.Stops;

/// <summary>
/// Says that Steward itself raised a kill switch, or that such a one was lifted: a ledger item in the transaction that made it
/// so. Governance shows nothing to anybody; a room that can handles the items (<see cref="WorkKind"/>, whose payload is the
/// stop's id). Whoever raises one in person knows of it.
/// </summary>
public sealed class StopNews(Database database, WorkLedger ledger)
{
    /// <summary>The kind of the items.</summary>
    public const string WorkKind = "governance.stop-news";

    /// <summary>The stop as it stands; null when there is none of this id.</summary>
    public Task<Stop?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => KillSwitch.FindAsync(session, id), cancellationToken);

    internal async Task TellAsync(Session session, Stop stop)
    {
        if (stop.RaisedBy == KillSwitch.Itself.Name)
        {
            await ledger.EnqueueAsync(session, new NewWork(WorkKind, $"{stop.Id}/{(stop.LiftedAt is null ? "raised" : "lifted")}", Json.Write(stop.Id)));
        }
    }
}
