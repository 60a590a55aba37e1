using Steward.Agents.Catalogue;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Runs;

/// <summary>Puts a run of an agent into the ledger, now.</summary>
internal sealed class StartRun(Database database, WorkLedger ledger, TimeProvider clock)
{
    private const int LongestPayload = 64 << 10;

    /// <summary>How many runs of one agent may wait: somebody asks for more than it can do.</summary>
    public const int MostWaiting = 100;

    public Task<Outcome<Run>> HandleAsync(string name, Trigger trigger, string? payload, CancellationToken cancellationToken) => database.WriteAsync<Outcome<Run>>(async session =>
    {
        if (payload?.Length > LongestPayload)
        {
            return Refusal.Invalid("payload", $"What comes with a run may have at most {LongestPayload / 1024} KB.");
        }

        if (payload?.Contains('\0', StringComparison.Ordinal) == true)
        {
            return Refusal.Invalid("payload", "What comes with a run must be text without NUL characters.");
        }

        if (await ChangeAgent.FindAsync(session, name) is not { } agent)
        {
            return Refusal.NotFound("agent", name);
        }

        if (agent.State == AgentState.Paused || (agent.State == AgentState.Disabled && trigger != Trigger.Hand))
        {
            return Rests(agent);
        }

        if (await RunStore.QueuedAsync(session, agent.Id) >= MostWaiting)
        {
            return new Refusal(RefusalKind.Conflict, "queue-full", $"{MostWaiting} runs of {agent.Name} wait already: ask less often, or call some off (steward runs cancel).");
        }

        var now = clock.Now();
        var id = (await ledger.EnqueueAsync(session, Work($"{Row.EnumText(trigger)}/{Ids.New(clock)}", new RunWish(agent.Id, trigger, payload))))!.Value;
        var run = new Run(id, agent.Id, 0, agent.Version, trigger, RunState.Queued, 0, null, null, 0, now, null, null, id.ToString());
        await RunStore.PutAsync(session, run);
        return run;
    }, cancellationToken);

    /// <summary>The work of a run. The run itself decides how often it is tried.</summary>
    public static NewWork Work(string occurrence, RunWish wish) => new(RunAgent.WorkKind, occurrence, Json.Write(wish)) { MaxAttempts = RunAgent.MaxAttempts };

    /// <summary>The agent does not run now.</summary>
    public static Refusal Rests(Agent agent) => new(RefusalKind.Conflict, Row.EnumText(agent.State), $"The agent {agent.Name} is {Row.EnumText(agent.State)}: resume it first (steward agents resume {agent.Name}).");
}
