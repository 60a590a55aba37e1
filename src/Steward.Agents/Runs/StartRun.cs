using Steward.Agents.Catalogue;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Runs;

/// <summary>Puts a run of an agent into the ledger, now.</summary>
internal sealed class StartRun(Database database, WorkLedger ledger, TimeProvider clock)
{
    private const int LongestPayload = 64 << 10;

    public Task<Outcome<Run>> HandleAsync(string name, Trigger trigger, string? payload, CancellationToken cancellationToken) => database.WriteAsync<Outcome<Run>>(async session =>
    {
        if (payload?.Length > LongestPayload)
        {
            return Refusal.Invalid("payload", $"What comes with a run may have at most {LongestPayload / 1024} KB.");
        }

        if (await ChangeAgent.FindAsync(session, name) is not { } agent)
        {
            return Refusal.NotFound("agent", name);
        }

        if (agent.State == AgentState.Paused)
        {
            return new Refusal(RefusalKind.Conflict, "paused", $"The agent {agent.Name} is paused: resume it first.");
        }

        var now = clock.Now();
        var id = (await ledger.EnqueueAsync(session, new NewWork(RunAgent.WorkKind, $"hand/{Ids.New(clock)}", Json.Write(new RunWish(agent.Id, trigger, payload)))))!.Value;
        var run = new Run(id, agent.Id, 0, agent.Version, trigger, RunState.Queued, 0, null, null, 0, now, null, null, id.ToString());
        await RunStore.PutAsync(session, run);
        return run;
    }, cancellationToken);
}
