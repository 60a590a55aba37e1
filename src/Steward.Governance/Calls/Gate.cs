using System.Text.Json.Nodes;
using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Governance.Elevations;
using Steward.Governance.Policies;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Governance.Calls;

/// <summary>
/// The one gate. Every decision is a transaction that begins with the lock on the audit log, so that over all nodes one
/// decision follows the other: counts, stops and approvals are what they are at that moment, and the row that explains
/// the decision is written with it.
/// </summary>
public sealed partial class Gate(Database database, AuditLog audit, PolicyFile policies, KillSwitch switches, ApprovalExpiry expiry, ApprovalNews news, TimeProvider clock)
{
    private static readonly IReadOnlySet<string> NoServices = new HashSet<string>();

    /// <summary>Asks whether a call may be made. Asking again with the same key is harmless and tells how far it has come.</summary>
    public Task<GateAnswer> AskAsync(CallRequest request, CancellationToken cancellationToken) =>
        DecideAsync(async (session, policy) =>
        {
            // A confidence that is none must not help: a model may say anything.
            request = request.Confidence is >= 0 and <= 1 ? request : request with { Confidence = 0 };
            var known = await CallStore.FindAsync(session, request.Key);
            return known is null
                ? await JudgeAsync(session, request, policy, null)
                : await AskAgainAsync(session, request, policy, known);
        }, cancellationToken);

    private async Task<GateAnswer> AskAgainAsync(Session session, CallRequest request, Policy policy, CallRecord known)
    {
        switch (known.State)
        {
            case CallState.Denied:
                return new GateAnswer.Denied(known.Detail ?? "It was denied before.");
            case CallState.Waiting or CallState.Approved or CallState.Permitted or CallState.Started or CallState.Unknown or CallState.Succeeded
                when known.Hash != request.Call.Hash || known.Actor != request.Actor.Name:
                var reason = $"Under the key '{request.Key}' another call is known ({known.Action} on {known.Target} by {known.Actor}); this one differs from it.";
                await audit.AppendAsync(session, CallEntry.Of(AuditKinds.CallRefused, request, policy, reason) with { CallId = known.Id });
                return new GateAnswer.Denied(reason);
            case CallState.Succeeded:
                return new GateAnswer.Done(known.Detail);
            case CallState.Started or CallState.Unknown:
                return new GateAnswer.OutcomeUnknown(known.Id, known.StartedAt ?? clock.Now());
            default:
                return await JudgeAsync(session, request, policy, known);
        }
    }

    private async Task<GateAnswer> JudgeAsync(Session session, CallRequest request, Policy policy, CallRecord? known)
    {
        var now = clock.Now();
        var approval = known is { ApprovalId: { } id } ? await ApprovalStore.FindAsync(session, id) : null;
        if (approval is { State: ApprovalState.Pending or ApprovalState.Approved } && now >= approval.ExpiresAt)
        {
            await expiry.ExpireAsync(session, approval);
            return new GateAnswer.Denied(ApprovalExpiry.Reason(approval));
        }

        if (approval is { State: ApprovalState.Pending or ApprovalState.Approved } && approval.PolicyVersion != policy.Version)
        {
            await ApprovalStore.MoveAsync(session, approval.Id, approval.State, ApprovalState.Void);
            await news.TellAsync(session, approval, ApprovalState.Void);
            await audit.AppendAsync(session, CallEntry.Of(AuditKinds.ApprovalVoid, request, policy, $"The policy changed from {approval.PolicyVersion} to {policy.Version}.") with { CallId = known!.Id });
            approval = null;
        }

        if (approval is { State: ApprovalState.Pending })
        {
            return new GateAnswer.Waiting(approval.Id, approval.ExpiresAt, approval.Because);
        }

        var approved = approval is { State: ApprovalState.Approved } && approval.Hash == request.Call.Hash && approval.Actor == request.Actor.Name;
        var record = new CallRecord(known?.Id ?? Ids.New(clock), request.Key, request.Actor.Name, request.Call.Action, audit.Redact(request.Call.Target), request.Call.Service,
            request.Call.Hash, request.CorrelationId, CallState.Permitted, (known?.Serial ?? 0) + 1, policy.Version,
            approved ? approval!.Id : null, request.WaitingWork, null, null, null, request.IsAsked, request.Occasion);
        var arguments = audit.Redact(request.Call.Arguments);
        switch (Judge.Decide(policy, request, await FactsAsync(session, request, policy, record.Target, now)))
        {
            case Verdict.Deny deny:
                await CallStore.DecideAsync(session, record with { State = CallState.Denied, Detail = deny.Because }, arguments, false, now);
                await audit.AppendAsync(session, CallEntry.Of(AuditKinds.CallDenied, request, policy, deny.Because, deny.Rule) with { CallId = record.Id });
                return new GateAnswer.Denied(deny.Because);
            case Verdict.Hold hold:
                await CallStore.DecideAsync(session, record with { State = CallState.Held, Detail = hold.Because }, arguments, false, now);
                if (known?.State != CallState.Held)
                {
                    await audit.AppendAsync(session, CallEntry.Of(AuditKinds.CallHeld, request, policy, hold.Because) with { CallId = record.Id });
                }

                return new GateAnswer.Held(hold.Because);
            case Verdict.Approve approve when !approved:
                return await WaitAsync(session, request, policy, record, arguments, approve, now);
            case var verdict:
                var (rule, guarded) = verdict is Verdict.Allow allow ? (allow.Rule, allow.Guarded) : ("approved-by-a-person", true);
                var until = UtcTime.Truncate(now + policy.PermitLifetime);
                // A permit does not outlive the approval that it rests on.
                var permitted = record with { PermitExpiresAt = approved && approval!.ExpiresAt < until ? approval.ExpiresAt : until };
                await CallStore.DecideAsync(session, permitted, arguments, guarded, now);
                await audit.AppendAsync(session, CallEntry.Of(AuditKinds.CallPermitted, request, policy, request.Reason, rule) with { CallId = record.Id });
                return new GateAnswer.Permitted(new Permit(this, record.Id, record.Serial, request.Call, permitted.PermitExpiresAt!.Value));
        }
    }

    private async Task<GateAnswer> WaitAsync(Session session, CallRequest request, Policy policy, CallRecord record, JsonObject arguments, Verdict.Approve approve, DateTimeOffset now)
    {
        var approval = new Approval(Ids.New(clock), record.Id, request.Key, record.Actor, record.Action, record.Target, record.Service,
            arguments, record.Hash, policy.Version, approve.Rule, approve.Because, audit.Redact(request.Reason),
            [.. request.Evidence.Select(audit.Redact)], request.Confidence, request.CorrelationId, ApprovalState.Pending, now,
            UtcTime.Truncate(now + policy.ApprovalLifetime), null, null, null);
        await CallStore.DecideAsync(session, record with { State = CallState.Waiting, ApprovalId = approval.Id }, arguments, false, now);
        await ApprovalStore.AddAsync(session, approval);
        await expiry.ScheduleAsync(session, approval);
        await news.TellAsync(session, approval, ApprovalState.Pending);
        await audit.AppendAsync(session, CallEntry.Of(AuditKinds.CallWaiting, request, policy, approve.Because, approve.Rule) with { CallId = record.Id });
        return new GateAnswer.Waiting(approval.Id, approval.ExpiresAt, approve.Because);
    }

    private static async Task<GateFacts> FactsAsync(Session session, CallRequest request, Policy policy, string target, DateTimeOffset now)
    {
        // Counting the hour is the costly part, and only guarded rules ask for it.
        var (actions, services) = !request.IsAsked && policy.RuleFor(request.Call.Action, request.Facts) is { Decide: RuleDecision.Allow, Guarded: true }
            ? await CallStore.RecentAsync(session, request.Key, request.Call.Service is not null, now.AddHours(-1))
            : (0, NoServices);
        return new GateFacts(
            await KillSwitch.CoveringAsync(session, request.Actor.Name, request.Call.Service),
            await ElevationStore.LevelAsync(session, request.Actor.Name, request.Call.Service, target, now),
            actions,
            services);
    }

    /// <summary>Runs a decision under the lock, with the policy as it is then; that the policy had changed is written down first.</summary>
    private async Task<T> DecideAsync<T>(Func<Session, Policy, Task<T>> decide, CancellationToken cancellationToken)
    {
        IReadOnlyList<AuditEntry> changes = [];
        try
        {
            return await database.WriteAsync(async session =>
            {
                await AuditLog.LockAsync(session);
                var policy = policies.Current();
                changes = policies.TakeNews();
                foreach (var entry in changes)
                {
                    await audit.AppendAsync(session, entry);
                }

                return await decide(session, policy);
            }, cancellationToken);
        }
        catch
        {
            policies.ReturnNews(changes);
            throw;
        }
    }
}
