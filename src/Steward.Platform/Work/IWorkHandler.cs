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
}
