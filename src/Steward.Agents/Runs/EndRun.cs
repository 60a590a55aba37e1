using Steward.Agents.Catalogue;
using Steward.Agents.Factory;
using Steward.Agents.Tools;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Agents.Runs;

/// <summary>Writes down how an attempt of a run ended, decides whether there is another, and starts the agents that run after it.</summary>
internal sealed class EndRun(Database database, WorkLedger ledger, ForgetDeleted deleted, ShortenSummary shorten, Redactor redactor, TimeProvider clock)
{
    // What follows from one cause: agents may run after each other in a circle.
    private const int MostInARow = 8;

    /// <summary>Ends the attempt and tells the ledger what becomes of the run.</summary>
    public async Task<WorkResult> HandleAsync(BegunRun begun, RunWish wish, RunState state, string said, RunReport? report, ToolBelt belt)
    {
        var (run, agent, text) = (begun.Run, begun.Agent, redactor.Redact(said));
        var again = IsFailure(state) && begun.Failures < begun.Declaration.Limits.Retries;
        await database.WriteAsync(async session =>
        {
            var now = clock.Now();
            if (!await AgentStore.IsThereAsync(session, agent.Id))
            {
                // Deleted while it ran: what the run wrote meanwhile goes, too.
                await RunStore.ForgetAsync(session, [run.Id]);
                await deleted.HandleAsync(session, agent.Id);
                return;
            }

            if (!await RunStore.EndAttemptAsync(session, run.Id, run.Attempt, state, text, now))
            {
                // Another node took the run over while this one was cut off: the run is its.
                return;
            }

            await RunStore.EndAsync(session, run.Id, again ? RunState.Queued : state, text, belt.Calls, now);
            await RunStore.AddUseAsync(session, run.Id, agent.Id, belt.Uses);
            await AgentStore.EndRunAsync(session, agent.Id, run.Id);
            await RunStore.WakeNextAsync(session, agent.Id, now);
            var summary = again ? null : RunSummary.After(begun.Summary, run, state, text, now);
            await AgentStore.SetHandoffAsync(session, agent.Id, state == RunState.Cancelled ? null : report?.Handoff, summary is null ? null : Json.Write(summary));
            if (!again)
            {
                await shorten.WantAsync(session, run, text);
            }

            if (!again && state != RunState.Succeeded)
            {
                await ProposeRepair.WatchAsync(session, ledger, agent);
            }

            if (state == RunState.Succeeded)
            {
                await StartFollowersAsync(session, agent, run, wish, text);
            }

            session.Announce(RunLog.Topic);
        }, CancellationToken.None);
        // The ledger's own pauses would begin anew whenever another run of the agent is waited for in between.
        return again ? WorkResult.WaitUntil(clock.Now() + Pause(begun.Failures), $"Tried again after: {text}") : Of(state, text);
    }

    /// <summary>What the ledger is told of a run that has ended.</summary>
    public static WorkResult Of(RunState state, string text) => state switch
    {
        RunState.Succeeded => WorkResult.Done(text),
        RunState.Cancelled => WorkResult.CalledOff(text),
        RunState.Skipped => WorkResult.Refused(text),
        // What was refused is not tried again either, and people are told of it as of all that is given up.
        _ => WorkResult.GaveUp(text),
    };

    // 2, 4, 8 s.
    private static TimeSpan Pause(int failures) => TimeSpan.FromSeconds(2 << failures);

    // What was refused is refused the next time, too; what was called off is not wanted.
    private static bool IsFailure(RunState state) => state is RunState.Failed or RunState.TimedOut or RunState.OutOfMemory or RunState.OutOfProcessorTime;

    private async Task StartFollowersAsync(Session session, Agent agent, Run run, RunWish wish, string text)
    {
        if (wish.Depth + 1 >= MostInARow)
        {
            return;
        }

        foreach (var follower in await AgentStore.FollowersAsync(session, agent.Name))
        {
            // What an agent said is data for the next one.
            var payload = Json.Write(new { agent = agent.Name, run = run.Id, number = run.Number, text });
            var work = StartRun.Work($"after/{run.Id}/{follower}", new RunWish(follower, Trigger.Agent, payload, wish.Depth + 1)) with { CorrelationId = run.CorrelationId };
            if (await RunStore.QueuedAsync(session, follower) < StartRun.MostWaiting && await ledger.EnqueueAsync(session, work) is { } id)
            {
                await RunStore.PutAsync(session, new Run(id, follower, 0, 0, Trigger.Agent, RunState.Queued, 0, null, null, 0, clock.Now(), null, null, run.CorrelationId));
            }
        }
    }
}
