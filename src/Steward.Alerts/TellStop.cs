using Steward.Governance.Stops;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Alerts;

/// <summary>Tells people that Steward stopped itself, what that means and how it goes on, and when it was lifted.</summary>
internal sealed class TellStop(StopNews news, Database database, Outbox outbox) : IWorkHandler
{
    public string Kind => StopNews.WorkKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<Guid>();
        var stop = await news.FindAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no stop {id}.");
        await database.WriteAsync(session => outbox.TellAsync(session, stop.LiftedAt is null ? Raised(stop) : Lifted(stop)), cancellationToken);
        return WorkResult.Done("People are told.");
    }

    private static Alert Raised(Stop stop) => new($"stop/{stop.Id}/raised", $"stop/{stop.Id}", AlertSeverity.Critical, $"Steward has stopped itself: {stop.Covers}",
        $"{stop.Reason}\nUntil it is lifted nothing is changed there: no rollback, no restart, no deploy, whoever asks. Steward goes on watching and telling.\nTo lift it: {stop.Resume}")
    {
        Service = stop.Scope == StopScope.Service ? stop.Subject : null,
        Status = "STOPPED",
        Timestamp = stop.RaisedAt,
    };

    private static Alert Lifted(Stop stop) => new($"stop/{stop.Id}/lifted", $"stop/{stop.Id}", AlertSeverity.Info, $"Steward acts again: {stop.Covers}", $"{stop.LiftedBy} lifted the stop.")
    {
        Service = stop.Scope == StopScope.Service ? stop.Subject : null,
        Status = "LIFTED",
        Timestamp = stop.LiftedAt,
        IsResolved = true,
    };
}
