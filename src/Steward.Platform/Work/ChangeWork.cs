using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Platform.Work;

/// <summary>What people do to an item of the ledger: drive it again, drop it. Whoever has the kind has a say, for what lies beside the item.</summary>
internal sealed class ChangeWork(Database database, WorkLedger ledger, IEnumerable<IWorkHandler> handlers)
{
    private readonly Dictionary<string, IWorkHandler> handlers = handlers.ToDictionary(handler => handler.Kind, StringComparer.Ordinal);

    /// <summary>Gives a dead, failed or cancelled item a fresh set of attempts, due now.</summary>
    public Task<Outcome<WorkItem>> RetryAsync(Guid id, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        if (await WorkLedger.FindAsync(session, id) is { State: WorkState.Dead or WorkState.Failed or WorkState.Cancelled } item && handlers.GetValueOrDefault(item.Kind) is { } handler
            && await handler.AgainAsync(session, item) is { } obstacle)
        {
            return obstacle;
        }

        return await ledger.RedriveAsync(session, id);
    }, cancellationToken);

    /// <summary>Calls off an item: a dead letter leaves the list, a pending one will not run.</summary>
    public Task<Outcome<WorkItem>> DropAsync(Guid id, CancellationToken cancellationToken) => database.WriteAsync(async session =>
        await WorkLedger.FindAsync(session, id) is { State: WorkState.Pending or WorkState.Running } item && handlers.GetValueOrDefault(item.Kind)?.CallOff(item) is { } how
            ? new Refusal(RefusalKind.Conflict, "not-by-itself", $"Work item {id} was not dropped: what it belongs to would wait for it for ever. {how}")
            : await ledger.DropAsync(session, id), cancellationToken);
}
