using Steward.Agents.Declarations;
using Steward.Agents.Runs;
using Steward.Kernel;
using Steward.Platform.Scheduling;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Catalogue;

/// <summary>
/// Sees to it that an agent starts when its current version declares it, and not at all while it rests or is gone: in the
/// transaction that changes it. As work it does so for agents that a migration found.
/// </summary>
internal sealed class PutOnCalendar(Database database, Scheduler scheduler) : IWorkHandler
{
    public string Kind => "agents.schedule";

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var agentId = item.Read<Wish>().AgentId;
        return await database.WriteAsync(async session =>
        {
            if (await AgentStore.FindAsync(session, agentId) is not { } agent)
            {
                return WorkResult.Done("The agent is not there any more.");
            }

            await PutAsync(session, agent, (await AgentStore.VersionAsync(session, agent.Id, agent.Version))!.Declaration);
            return WorkResult.Done();
        }, cancellationToken);
    }

    /// <summary>Puts an agent where it belongs.</summary>
    public async Task PutAsync(Session session, Agent agent, Declaration declaration)
    {
        await AgentStore.SetAfterAsync(session, agent.Id, declaration.After);
        if ((agent.Schedule ?? declaration.Schedule) is not { } wanted)
        {
            await scheduler.RemoveAsync(session, Id(agent.Id));
            return;
        }

        if (agent.State != AgentState.Active)
        {
            await scheduler.RestAsync(session, Id(agent.Id));
            return;
        }

        var put = await scheduler.EnsureAsync(session, new Schedule(Id(agent.Id), RunAgent.WorkKind, Json.Write(new RunWish(agent.Id, Trigger.Schedule)))
        {
            Cron = wanted.Cron, Every = wanted.Every, At = wanted.At, TimeZone = wanted.Zone, Missed = wanted.Misfire, MaxAttempts = RunAgent.MaxAttempts,
        });
        if (put.IsRefused)
        {
            throw new InvalidOperationException($"A schedule that was checked is refused: {put.Refusal.Message}");
        }
    }

    /// <summary>Takes an agent that is deleted off the calendar.</summary>
    public Task RemoveAsync(Session session, Guid agentId) => scheduler.RemoveAsync(session, Id(agentId));

    /// <summary>The id of an agent's schedule.</summary>
    public static string Id(Guid agentId) => $"agent.{agentId}";

    private sealed record Wish(Guid AgentId);
}
