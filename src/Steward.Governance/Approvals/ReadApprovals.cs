using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Governance.Approvals;

/// <summary>Lets other rooms see what waits for a person. Deciding is <see cref="DecideApproval"/>.</summary>
public sealed class ReadApprovals(Database database)
{
    /// <summary>One approval, or null.</summary>
    public Task<Approval?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ApprovalStore.FindAsync(session, id), cancellationToken);

    /// <summary>Those that wait for a person, newest first.</summary>
    /// <param name="most">How many at the most, 1 to 500.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Approval>> PendingAsync(int most, CancellationToken cancellationToken) =>
        (await database.ReadAsync(session => ApprovalStore.ListAsync(session, ApprovalState.Pending, new PageRequest(most)), cancellationToken)).Items;
}
