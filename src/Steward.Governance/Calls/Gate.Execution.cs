using System.Text.Json.Nodes;
using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Governance.Policies;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Governance.Calls;

/// <content>From the permit to the outcome: redemption, completion, and what a crash left open.</content>
public sealed partial class Gate
{
    /// <summary>
    /// Writes down what the provider said about an execution whose outcome was unknown. When it had not happened it may
    /// be asked for again, under the same approval where it had one.
    /// </summary>
    public Task ResolveAsync(Guid callId, bool happened, string evidence, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            await AuditLog.LockAsync(session);
            if (await CallStore.FindAsync(session, callId) is { State: CallState.Started or CallState.Unknown } record)
            {
                await EndAsync(session, record, happened ? CallState.Succeeded : CallState.Failed, evidence, AuditKinds.CallResolved);
            }
        }, cancellationToken);

    /// <summary>
    /// True when an execution was begun whose outcome is not known yet: the work that asked for it takes it to its end before it
    /// finds that there is nothing left to do.
    /// </summary>
    public Task<bool> IsOpenAsync(string key, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => await CallStore.FindAsync(session, key) is { State: CallState.Started or CallState.Unknown }, cancellationToken);

    /// <summary>The same in a transaction of the caller, in which no execution is begun.</summary>
    public static async Task<bool> IsOpenAsync(Session session, string key)
    {
        await AuditLog.LockAsync(session);
        return await CallStore.FindAsync(session, key) is { State: CallState.Started or CallState.Unknown };
    }

    /// <summary>Writes down that the effect of an execution was seen at the provider. Nothing where none was begun, or its outcome is known.</summary>
    public async Task SawAsync(string key, string evidence, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(session => CallStore.FindAsync(session, key), cancellationToken) is { State: CallState.Started or CallState.Unknown } open)
        {
            await ResolveAsync(open.Id, happened: true, evidence, cancellationToken);
        }
    }

    internal async Task RedeemAsync(Permit permit, Call actual, CancellationToken cancellationToken)
    {
        var refusal = await DecideAsync(async (session, policy) =>
        {
            var record = await CallStore.FindAsync(session, permit.CallId) ?? throw new InvalidOperationException("A permit without its record.");
            var (reason, state) = await RefusalAsync(session, permit, actual, policy, record);
            if (reason is not null)
            {
                if (state is { } moved)
                {
                    await CallStore.VoidPermitAsync(session, record.Id, moved);
                }

                await audit.AppendAsync(session, CallEntry.Of(AuditKinds.CallRefused, record, policy, reason) with
                {
                    Detail = new JsonObject { ["attempted"] = actual.Hash },
                });
                return reason;
            }

            await CallStore.StartAsync(session, record.Id, clock.Now());
            if (record.ApprovalId is { } approval)
            {
                await ApprovalStore.MoveAsync(session, approval, ApprovalState.Approved, ApprovalState.Used);
            }

            await audit.AppendAsync(session, CallEntry.Of(AuditKinds.CallStarted, record, policy, null));
            return null;
        }, cancellationToken);
        if (refusal is not null)
        {
            throw new PermitRefusedException(refusal);
        }
    }

    // Not cancellable: the request has left, and how it ended must be written down whatever the caller wants by now.
    internal Task CompleteAsync(Permit permit, CallState state, string? detail) =>
        database.WriteAsync(async session =>
        {
            await AuditLog.LockAsync(session);
            var record = await CallStore.FindAsync(session, permit.CallId) ?? throw new InvalidOperationException("A permit without its record.");
            if (record.State == CallState.Started && record.Serial == permit.Serial)
            {
                await EndAsync(session, record, state, detail, state switch
                {
                    CallState.Succeeded => AuditKinds.CallSucceeded,
                    CallState.Failed => AuditKinds.CallFailed,
                    _ => AuditKinds.CallUnknown,
                });
            }
            else
            {
                await LateAsync(session, record, state, detail);
            }
        }, CancellationToken.None);

    // The sender was believed dead and its execution settled without it. When it did happen after all and was not begun
    // again yet, it must not be.
    private async Task LateAsync(Session session, CallRecord record, CallState state, string? detail)
    {
        if (state == CallState.Succeeded)
        {
            await CallStore.MoveAsync(session, record.Id, record.Serial,
                [CallState.Failed, CallState.Approved, CallState.Held, CallState.Waiting, CallState.Permitted, CallState.Unknown], CallState.Succeeded, detail, clock.Now());
        }

        await audit.AppendAsync(session, CallEntry.Of(AuditKinds.CallLate, record, policies.Current(), "An answer came after the execution had been settled without it.") with
        {
            Evidence = detail is null ? [] : [detail],
            Detail = new JsonObject { ["outcome"] = state.ToString() },
        });
    }

    private async Task EndAsync(Session session, CallRecord record, CallState state, string? detail, string kind)
    {
        var now = clock.Now();
        var text = detail is null ? null : audit.Redact(detail);
        if (!await CallStore.MoveAsync(session, record.Id, record.Serial, [CallState.Started, CallState.Unknown], state, text, now))
        {
            return;
        }

        if (state == CallState.Failed && record.ApprovalId is { } approval)
        {
            // It did not happen, so the person's yes to exactly this call is not used up.
            await ApprovalStore.MoveAsync(session, approval, ApprovalState.Used, ApprovalState.Approved);
        }

        var policy = policies.Current();
        await audit.AppendAsync(session, CallEntry.Of(kind, record, policy, null) with
        {
            Evidence = text is null ? [] : [text],
            Detail = new JsonObject { ["outcome"] = state.ToString() },
        });
        await TripAsync(session, record, state, policy, now);
    }

    private async Task TripAsync(Session session, CallRecord record, CallState state, Policy policy, DateTimeOffset now)
    {
        if (record is not { Service: { } service, IsAsked: false } || state == CallState.Failed || !record.Action.EndsWith(".rollback", StringComparison.Ordinal))
        {
            return;
        }

        var rollbacks = await CallStore.RollbacksAsync(session, service, now.AddHours(-1));
        if (rollbacks >= policy.Limits.RollbacksPerServicePerHour)
        {
            await switches.RaiseAsync(session, StopScope.Service, service,
                $"{service} was rolled back {rollbacks} times in an hour: something is wrong that rolling back does not mend. Look into it, then lift the stop.", KillSwitch.Itself);
        }
    }

    /// <summary>Why a permit is not good, and where its execution goes then: null where it stays as it is.</summary>
    private async Task<(string? Reason, CallState? State)> RefusalAsync(Session session, Permit permit, Call actual, Policy policy, CallRecord record)
    {
        if (record.State != CallState.Permitted || record.Serial != permit.Serial)
        {
            return (record.State is CallState.Started or CallState.Succeeded or CallState.Unknown ? "it was used before" : "it is void", null);
        }

        if (actual.Hash != record.Hash)
        {
            return ($"it was given for another call than this one ({actual.Action} on {actual.Target})", CallState.Failed);
        }

        if (clock.Now() >= record.PermitExpiresAt)
        {
            return ($"it expired at {record.PermitExpiresAt:u}", CallState.Failed);
        }

        if (record.PolicyVersion != policy.Version)
        {
            return ($"the policy changed from {record.PolicyVersion} to {policy.Version}", CallState.Failed);
        }

        var stop = await KillSwitch.CoveringAsync(session, record.Actor, record.Service);
        return (stop, stop is null ? null : CallState.Held);
    }
}
