using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;
using Steward.Agents.Workshop;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;
using Steward.Sandboxing;

namespace Steward.Agents.Runs;

/// <summary>A run that goes on.</summary>
/// <param name="Agent">Whose.</param>
/// <param name="Declaration">What it may.</param>
/// <param name="Language">What it is written in.</param>
/// <param name="Run">The run.</param>
/// <param name="Handoff">What the last run handed on, as JSON.</param>
/// <param name="Summary">What the runs before came to.</param>
/// <param name="Failures">How many of its attempts have failed by the agent's own doing.</param>
/// <param name="Since">When the attempt began whose work this one takes up again: itself, unless servers died.</param>
internal sealed record BegunRun(Agent Agent, Declaration Declaration, AgentLanguage Language, Run Run, string? Handoff, RunSummary? Summary, int Failures, DateTimeOffset Since);

/// <summary>Lets a run begin an attempt, or says why it does not: in one transaction, so that never two of an agent go on at once.</summary>
internal sealed class BeginRun(Database database, Sandbox sandbox, TimeProvider clock)
{
    // The agent may have nothing to do with it, or be what kills the server.
    private const int MostLost = 3;

    // It is woken when the other one ends; this is for the case that its server died.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    // It is woken when the stop is lifted; this is for news that were lost.
    private static readonly TimeSpan Stopped = TimeSpan.FromSeconds(30);

    /// <summary>Begins. One of the two is given.</summary>
    public async Task<(BegunRun? Begun, WorkResult? Otherwise)> HandleAsync(WorkItem item, RunWish wish, CancellationToken cancellationToken)
    {
        var state = await sandbox.StateAsync();
        return await database.WriteAsync<(BegunRun?, WorkResult?)>(async session =>
        {
            var now = clock.Now();
            if (await AgentStore.FindAsync(session, wish.AgentId) is not { } agent || await AgentStore.VersionAsync(session, agent.Id, agent.Version) is not { } version)
            {
                return (null, WorkResult.Refused("The agent is not there any more."));
            }

            var known = await RunStore.FindAsync(session, item.Id);
            if (known is { State: not (RunState.Queued or RunState.Running) })
            {
                // Its server died between the end of the run and that of the item. Who has an item driven again has its run wait again.
                return (null, EndRun.Of(known.State, known.Text ?? ""));
            }

            var run = (known ?? RunQueue.Before(item, wish)) with { Version = version.Version, CorrelationId = item.CorrelationId };
            var attempts = run.Attempt == 0 ? [] : await AttemptsAsync(session, run, now);
            var lost = attempts.Count(attempt => attempt.State == RunState.Lost);
            if (End(run, agent, wish, lost) is { } end)
            {
                await RunStore.PutAsync(session, run with { State = end.State });
                await RunStore.EndAsync(session, run.Id, end.State, end.Text, 0, now);
                await AgentStore.EndRunAsync(session, agent.Id, run.Id);
                await RunStore.WakeNextAsync(session, agent.Id, now);
                session.Announce(RunLog.Topic);
                return (null, EndRun.Of(end.State, end.Text));
            }

            if (await KillSwitch.CoveringAsync(session, agent.Actor.Name, null) is { } stop)
            {
                return (null, await WaitAsync(Stopped, stop));
            }

            if (await AgentStore.BeginRunAsync(session, agent.Id, run.Id, run.Number == 0) is not { } number)
            {
                return (null, await WaitAsync(Overlap, "Another run of the agent is going on."));
            }

            run = run with { Number = run.Number == 0 ? number : run.Number, State = RunState.Running, Attempt = run.Attempt + 1, Sandbox = state.Text, StartedAt = now };
            await RunStore.PutAsync(session, run);
            await RunStore.BeginAttemptAsync(session, run, now);
            var (handoff, summary) = await AgentStore.HandoffAsync(session, agent.Id);
            return (new BegunRun(agent, version.Declaration, version.Language, run, handoff, RunSummary.Read(summary), attempts.Count - lost, Since(attempts, now)), null);

            async Task<WorkResult> WaitAsync(TimeSpan pause, string reason)
            {
                if (known is not { State: RunState.Queued })
                {
                    await RunStore.PutAsync(session, run with { State = RunState.Queued });
                }

                return WorkResult.WaitUntil(now + pause, reason);
            }
        }, cancellationToken);
    }

    // Those that count. One that nobody ended was lost with its server.
    private static async Task<IReadOnlyList<RunAttempt>> AttemptsAsync(Session session, Run run, DateTimeOffset now)
    {
        await RunStore.EndAttemptAsync(session, run.Id, run.Attempt, run.CancelledBy is null ? RunState.Lost : RunState.Cancelled, "The server that ran it stopped or died.", now);
        return await RunStore.AttemptsAsync(session, run.Id, run.Forgiven);
    }

    private static DateTimeOffset Since(IEnumerable<RunAttempt> attempts, DateTimeOffset now) =>
        attempts.Reverse().TakeWhile(attempt => attempt.State == RunState.Lost).LastOrDefault()?.StartedAt ?? now;

    private static (RunState State, string Text)? End(Run run, Agent agent, RunWish wish, int lost)
    {
        if (run.CancelledBy is { } who)
        {
            return (RunState.Cancelled, CancelRun.Text(who));
        }

        if (agent.State == AgentState.Paused || (agent.State == AgentState.Disabled && wish.Trigger != Trigger.Hand))
        {
            return (RunState.Skipped, agent.State == AgentState.Paused ? "Skipped: the agent was paused before its turn came." : "Skipped: the agent was disabled before its turn came.");
        }

        if (lost > MostLost)
        {
            return (RunState.Lost, $"The server that ran it stopped or died {lost} times; it is not tried again by itself.");
        }

        return null;
    }
}
