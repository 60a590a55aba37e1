using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Governance.Approvals;

/// <summary>Turns silence into no: an approval that nobody decided, or that was not used, ends with its time.</summary>
public sealed class ApprovalExpiry(Database database, AuditLog audit, WorkLedger ledger, ApprovalNews news, TimeProvider clock) : IWorkHandler
{
    internal const string WorkKind = "governance.approval-expiry";

    /// <inheritdoc />
    public string Kind => WorkKind;

    /// <inheritdoc />
    public Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            await AuditLog.LockAsync(session);
            var approval = await ApprovalStore.FindAsync(session, item.Read<Guid>());
            if (approval is not { State: ApprovalState.Pending or ApprovalState.Approved })
            {
                return WorkResult.Done("It was decided and used, or is void.");
            }

            await ExpireAsync(session, approval);
            return WorkResult.Done("Expired.");
        }, cancellationToken);

    internal static string Reason(Approval approval) => approval.State == ApprovalState.Pending
        ? $"Nobody decided by {approval.ExpiresAt:u}, which means no."
        : $"The approval expired at {approval.ExpiresAt:u} before the call ran.";

    internal Task ScheduleAsync(Session session, Approval approval) =>
        ledger.EnqueueAsync(session, new NewWork(WorkKind, approval.Id.ToString(), Json.Write(approval.Id)) { DueAt = approval.ExpiresAt });

    internal async Task ExpireAsync(Session session, Approval approval)
    {
        await ApprovalStore.MoveAsync(session, approval.Id, approval.State, ApprovalState.Expired);
        await news.TellAsync(session, approval, ApprovalState.Expired);
        var record = (await CallStore.FindAsync(session, approval.CallId))!;
        if (record.ApprovalId == approval.Id && record.State is CallState.Waiting or CallState.Approved or CallState.Permitted or CallState.Held or CallState.Failed)
        {
            await CallStore.MoveAsync(session, record.Id, record.Serial, [record.State], CallState.Denied, Reason(approval), clock.Now());
            if (record.WaitingWork is { } work)
            {
                await WorkLedger.WakeAsync(session, work, clock.Now());
            }
        }

        await audit.AppendAsync(session, DecideApproval.Entry(AuditKinds.ApprovalExpired, approval, "time", Reason(approval)));
    }
}
