using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Governance.Calls;

/// <content>Calling off what nobody needs any more, and whether it is too late for that.</content>
public sealed partial class Gate
{
    /// <summary>
    /// Calls off an execution that was asked for and has not begun, in a transaction of the caller: nobody has to decide on
    /// it any more, a permit for it is void, and the work item that waits is woken. What has begun goes on; asking for the
    /// same key again is answered with no.
    /// </summary>
    /// <returns>What became of it.</returns>
    /// <param name="session">The caller's transaction.</param>
    /// <param name="key">The key under which it was asked for.</param>
    /// <param name="reason">Why, for people.</param>
    public async Task<Withdrawal> WithdrawAsync(Session session, string key, string reason)
    {
        await AuditLog.LockAsync(session);
        var found = await CallStore.FindAsync(session, key);
        if (found is not { State: CallState.Waiting or CallState.Approved or CallState.Held or CallState.Permitted } record)
        {
            return found?.State switch
            {
                null or CallState.Failed => Withdrawal.Withdrawn,
                CallState.Denied => Withdrawal.Denied,
                _ => Withdrawal.Begun,
            };
        }

        await CallStore.MoveAsync(session, record.Id, record.Serial, [record.State], CallState.Denied, reason, clock.Now());
        if (record.ApprovalId is { } id && await ApprovalStore.FindAsync(session, id) is { State: ApprovalState.Pending or ApprovalState.Approved } approval)
        {
            await ApprovalStore.MoveAsync(session, id, approval.State, ApprovalState.Void);
        }

        await audit.AppendAsync(session, CallEntry.Of(AuditKinds.ApprovalVoid, record, policies.Current(), reason));
        if (record.WaitingWork is { } work)
        {
            await WorkLedger.WakeAsync(session, work, clock.Now());
        }

        return Withdrawal.Withdrawn;
    }

    /// <summary>True when a person said yes to an execution that has not begun, or did not happen: the yes stands.</summary>
    public static async Task<bool> IsAllowedAsync(Session session, string key) =>
        await CallStore.FindAsync(session, key) is { State: CallState.Approved or CallState.Held or CallState.Permitted or CallState.Failed, ApprovalId: { } id }
        && await ApprovalStore.FindAsync(session, id) is { State: ApprovalState.Approved };

    /// <summary>True when an execution is about to be made, may have been made or was: another one beside it would be a second one.</summary>
    /// <param name="session">Where to look.</param>
    /// <param name="key">The key under which it was asked for.</param>
    /// <param name="now">The time: a permit that was not used in its time will not be.</param>
    public static async Task<bool> HasBegunAsync(Session session, string key, DateTimeOffset now) => await CallStore.FindAsync(session, key) switch
    {
        { State: CallState.Started or CallState.Unknown or CallState.Succeeded } => true,
        { State: CallState.Permitted, PermitExpiresAt: { } until } => now < until,
        _ => false,
    };
}

/// <summary>What became of the wish to call an execution off.</summary>
public enum Withdrawal
{
    /// <summary>It will not be made.</summary>
    Withdrawn,

    /// <summary>It was denied before, by the policy, by a person or because nobody decided in time.</summary>
    Denied,

    /// <summary>It has begun: it may have happened.</summary>
    Begun,
}
