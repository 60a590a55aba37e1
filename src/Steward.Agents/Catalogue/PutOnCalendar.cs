using System.Globalization;
using Steward.Agents.Runs;
using Steward.Kernel;
using Steward.Platform.Scheduling;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Catalogue;

/// <summary>Sees to it that the calendar says of an agent what its current version declares; nothing while it is paused or when it is gone.</summary>
internal sealed class PutOnCalendar(Database database, Scheduler scheduler, WorkLedger ledger, TimeProvider clock) : IWorkHandler
{
    private const string WorkKind = "agents.schedule";

    public string Kind => WorkKind;

    /// <summary>The work that follows from a change of an agent.</summary>
    public static NewWork Work(Guid agentId, DateTimeOffset changed) => new(WorkKind, $"{agentId}@{UtcTime.ToText(changed)}", Json.Write(new Wish(agentId)));

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var agentId = item.Read<Wish>().AgentId;
        var (agent, version) = await database.ReadAsync(async session =>
        {
            var agent = await AgentStore.FindAsync(session, agentId);
            return (agent, agent is null ? null : await AgentStore.VersionAsync(session, agent.Id, agent.Version));
        }, cancellationToken);
        var schedule = agent?.State == AgentState.Active ? version?.Declaration.Schedule : null;
        var payload = Json.Write(new RunWish(agentId, Trigger.Schedule));
        if (schedule is { At: { } at })
        {
            await scheduler.RemoveAsync(Id(agentId), cancellationToken);
            // A time that had passed when the agent was made is no appointment.
            if (at >= version!.MadeAt)
            {
                await ledger.EnqueueAsync(new NewWork(RunAgent.WorkKind, $"{Id(agentId)}@{UtcTime.ToText(at)}", payload) { DueAt = at }, cancellationToken);
            }

            return WorkResult.Done(string.Create(CultureInfo.InvariantCulture, $"It runs once, at {at.UtcDateTime:u}."));
        }

        if (schedule is null)
        {
            await scheduler.RemoveAsync(Id(agentId), cancellationToken);
            return WorkResult.Done("It does not run by itself.");
        }

        var put = await scheduler.EnsureAsync(
            new Schedule(Id(agentId), RunAgent.WorkKind, payload) { Cron = schedule.Cron, Every = schedule.Every, TimeZone = schedule.Zone, Missed = schedule.Misfire }, cancellationToken);
        return put.IsRefused ? WorkResult.Refused(put.Refusal.Message) : WorkResult.Done($"It runs {schedule.Cron ?? $"every {schedule.Every}"}; seen {clock.Now():u}.");
    }

    private static string Id(Guid agentId) => $"agent.{agentId}";

    private sealed record Wish(Guid AgentId);
}
