using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Governance.Approvals;

/// <summary>
/// Says that an approval was asked for, or how it ended: a ledger item in the transaction that made it so. Governance shows
/// nothing to anybody; a room that can handles the items (<see cref="WorkKind"/>, whose payload is the approval's id).
/// </summary>
public sealed class ApprovalNews(Database database, WorkLedger ledger)
{
    /// <summary>The kind of the items.</summary>
    public const string WorkKind = "governance.approval-news";

    // Half an hour of trying, as for everything that waits for a provider.
    private const int Patience = 14;

    /// <summary>The approval as it stands; null when there is none of this id.</summary>
    public Task<Approval?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ApprovalStore.FindAsync(session, id), cancellationToken);

    internal Task TellAsync(Session session, Approval approval, ApprovalState state) => ledger.EnqueueAsync(session,
        new NewWork(WorkKind, $"{approval.Id}/{Row.EnumText(state)}", Json.Write(approval.Id)) { CorrelationId = approval.CorrelationId, MaxAttempts = Patience });
}
