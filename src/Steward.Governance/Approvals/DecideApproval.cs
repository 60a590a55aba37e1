using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Governance.Approvals;

/// <summary>A person decides on one exact call.</summary>
public sealed class DecideApproval(Database database, AuditLog audit, ApprovalExpiry expiry, ApprovalNews news, TimeProvider clock)
{
    private const int MaxReason = 1000;

    /// <summary>Says yes or no, once. Whoever waits for the answer is woken.</summary>
    /// <param name="id">The approval.</param>
    /// <param name="approve">Yes or no.</param>
    /// <param name="person">Who decides; not the actor of the call.</param>
    /// <param name="reason">What the person says about it.</param>
    /// <param name="cancellationToken">Gives up before the decision is written.</param>
    public Task<Outcome<Approval>> HandleAsync(Guid id, bool approve, Actor person, string? reason, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Approval>>(async session =>
        {
            await AuditLog.LockAsync(session);
            if (await ApprovalStore.FindAsync(session, id) is not { } approval)
            {
                return Refusal.NotFound("approval", id);
            }

            if (reason is { Length: > MaxReason })
            {
                return Refusal.Invalid("reason", $"'reason' may have at most {MaxReason} characters.");
            }

            if (!person.IsPerson || string.Equals(approval.Actor, person.Name, StringComparison.OrdinalIgnoreCase))
            {
                return await RefuseAsync(session, approval, person, new Refusal(RefusalKind.Forbidden, "not-your-decision",
                    "An approval is decided by an identified person who is not the one who asks."));
            }

            reason = reason is null ? null : audit.Redact(reason);

            if (approval.State == ApprovalState.Pending && clock.Now() >= approval.ExpiresAt)
            {
                await expiry.ExpireAsync(session, approval);
                return new Refusal(RefusalKind.Conflict, "approval-expired", ApprovalExpiry.Reason(approval));
            }

            var state = approve ? ApprovalState.Approved : ApprovalState.Denied;
            var now = clock.Now();
            if (!await ApprovalStore.DecideAsync(session, id, state, person.Name, now, reason))
            {
                return await RefuseAsync(session, approval, person, new Refusal(RefusalKind.Conflict, "already-decided",
                    $"The approval {id} is {approval.State} already{(approval.DecidedBy is null ? "" : $", by {approval.DecidedBy} at {approval.DecidedAt:u}")}."));
            }

            var record = (await CallStore.FindAsync(session, approval.CallId))!;
            await CallStore.MoveAsync(session, record.Id, record.Serial, [CallState.Waiting], approve ? CallState.Approved : CallState.Denied,
                approve ? null : $"{person.Name} said no{(reason is null ? "" : $": {reason}")}", now);
            if (record.WaitingWork is { } work)
            {
                await WorkLedger.WakeAsync(session, work, now);
            }

            await news.TellAsync(session, approval, state);
            await audit.AppendAsync(session, Entry(approve ? AuditKinds.ApprovalApproved : AuditKinds.ApprovalDenied, approval, person.Name, reason));
            return approval with { State = state, DecidedBy = person.Name, DecidedAt = now, DecisionReason = reason };
        }, cancellationToken);

    private async Task<Refusal> RefuseAsync(Session session, Approval approval, Actor by, Refusal refusal)
    {
        await audit.AppendAsync(session, Entry(AuditKinds.ApprovalRefused, approval, by.Name, refusal.Message));
        return refusal;
    }

    internal static AuditEntry Entry(string kind, Approval approval, string by, string? reason) => new(kind, by)
    {
        Action = approval.Action,
        Target = approval.Target,
        Service = approval.Service,
        Reason = reason,
        CallId = approval.CallId,
        CallHash = approval.Hash,
        PolicyVersion = approval.PolicyVersion,
        CorrelationId = approval.CorrelationId,
        Detail = new JsonObject { ["approval"] = approval.Id.ToString(), ["actor"] = approval.Actor },
    };
}
