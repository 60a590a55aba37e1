using Steward.Agents.Catalogue;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Runs;

/// <summary>Calls a run off, whether it waits or goes on, or has one that ended tried again. Audited.</summary>
internal sealed class CancelRun(Database database, WorkLedger ledger, AuditLog audit, TimeProvider clock)
{
    /// <summary>The topic on which nodes hear that a run is to end.</summary>
    public const string Topic = "agent-cancel";

    /// <summary>What a run that was called off says.</summary>
    public static string Text(string who) => $"It was called off by {who}.";

    /// <summary>Calls it off: one that waits never begins, one that goes on is killed at once by the node that runs it.</summary>
    public Task<Outcome<Run>> HandleAsync(Guid id, Actor by, CancellationToken cancellationToken) => database.WriteAsync<Outcome<Run>>(async session =>
    {
        await AuditLog.LockAsync(session);
        if (await FindAsync(session, id) is not { } found)
        {
            return Refusal.NotFound("run", id);
        }

        var (run, item) = found;
        if (item?.State is not (WorkState.Pending or WorkState.Running))
        {
            return new Refusal(RefusalKind.Conflict, "ended", $"Run {id} has ended already: {Row.EnumText(run.State)}. There is nothing to call off.");
        }

        if (!await AgentStore.IsThereAsync(session, run.AgentId))
        {
            return Gone(run);
        }

        if (await RunStore.FindAsync(session, id) is null)
        {
            await RunStore.PutAsync(session, run);
        }

        await RunStore.CancelAsync(session, id, by.Name);
        // One that begins at this moment is no longer there to be dropped; its node sees who called it off.
        if (item.State == WorkState.Pending && !(await ledger.DropAsync(session, id)).IsRefused)
        {
            await RunStore.EndAsync(session, id, RunState.Cancelled, Text(by.Name), 0, clock.Now());
        }

        await AuditAsync(session, "agent.run-cancelled", run, by, Row.EnumText(run.State));
        session.Announce(Topic);
        session.Announce(RunLog.Topic);
        return (await RunStore.FindAsync(session, id))!;
    }, cancellationToken);

    /// <summary>Has one that ended tried again, with all its attempts.</summary>
    public Task<Outcome<Run>> RetryAsync(Guid id, Actor by, CancellationToken cancellationToken) => database.WriteAsync<Outcome<Run>>(async session =>
    {
        await AuditLog.LockAsync(session);
        if (await FindAsync(session, id) is not { } found)
        {
            return Refusal.NotFound("run", id);
        }

        var (run, item) = found;
        if (await ObstacleAsync(session, run) is { } obstacle)
        {
            return obstacle;
        }

        if (item is null)
        {
            return new Refusal(RefusalKind.Conflict, "forgotten", $"What run {id} was given is forgotten by now (Work:KeepDays). Run the agent anew.");
        }

        var driven = await ledger.RedriveAsync(session, id);
        if (driven.IsRefused)
        {
            return driven.Refusal with { Message = $"Run {id} is {Row.EnumText(run.State)}; only one that failed, was skipped or was called off can be tried again." };
        }

        await RunStore.AgainAsync(session, id);
        await AuditAsync(session, "agent.run-retried", run, by, Row.EnumText(run.State));
        // The row of one that ended long ago may be forgotten while its dead item stays.
        return await RunStore.FindAsync(session, id) ?? run;
    }, cancellationToken);

    /// <summary>Why a run is not tried again now; null when nothing is in its way.</summary>
    public static async Task<Refusal?> ObstacleAsync(Session session, Run run) =>
        await AgentStore.FindAsync(session, run.AgentId) is not { } agent ? Gone(run) : agent.State == AgentState.Paused ? StartRun.Rests(agent) : null;

    // What the ledger keeps of it outlives the agent.
    private static Refusal Gone(Run run) => new(RefusalKind.NotFound, "not-found", $"The agent of run {run.Id} is deleted, and its runs with it: there is nothing to try again or to call off.");

    // A run whose turn has not come yet may be in the ledger alone.
    private static async Task<(Run Run, WorkItem? Item)?> FindAsync(Session session, Guid id)
    {
        var item = await WorkLedger.FindAsync(session, id) is { Kind: RunAgent.WorkKind } own ? own : null;
        var run = await RunStore.FindAsync(session, id) ?? (item is null ? null : RunQueue.Before(item, item.Read<RunWish>()));
        return run is null ? null : (run, item);
    }

    private Task AuditAsync(Session session, string kind, Run run, Actor by, string was) => audit.AppendAsync(session, new AuditEntry(kind, by.Name)
    {
        Target = $"agent-run/{run.Id}", Reason = $"It was {was}.", CorrelationId = run.CorrelationId,
    });
}
