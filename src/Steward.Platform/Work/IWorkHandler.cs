using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Platform.Work;

/// <summary>
/// Does the work of one kind. It may run again after a crash, on any node, so it asks what already happened before it
/// does anything twice. Its token is cancelled when the lease is lost: stop at once then, somebody else has the item.
/// </summary>
public interface IWorkHandler
{
    /// <summary>The kind of items that it runs.</summary>
    string Kind { get; }

    /// <summary>How many items of the kind a node runs at once at the most; null for as many as it runs at all. The others stay in the ledger, due.</summary>
    int? AtOnce => null;

    /// <summary>Runs one attempt.</summary>
    Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken);

    /// <summary>Hears that somebody has an item driven again that had ended, in the transaction in which it is, or says why it is not. Its attempts do not tell: a stop counts them from 0, too.</summary>
    Task<Refusal?> AgainAsync(Session session, WorkItem item) => Task.FromResult<Refusal?>(null);

    /// <summary>How people call off what an item that has not ended belongs to, for them; null where dropping the item leaves nothing behind.</summary>
    string? CallOff(WorkItem item) => null;
}
