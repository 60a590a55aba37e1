using Steward.Agents.Catalogue;
using Steward.Alerts;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Runs;

/// <summary>Tells people of a run that came to no good end: each agent for itself, by its name.</summary>
internal sealed class DeadRun : IDeadLetterWords
{
    public string Kind => RunAgent.WorkKind;

    public async Task<Alert> SayAsync(Session session, WorkItem dead, Alert alert)
    {
        var run = await RunStore.FindAsync(session, dead.Id);
        return run is null || await AgentStore.FindAsync(session, run.AgentId) is not { } agent ? alert : alert with
        {
            Fingerprint = $"{alert.Fingerprint}/{agent.Id}",
            Service = agent.Name,
            Title = $"The agent {agent.Name} did not do its work: run {run.Number} ended as {Row.EnumText(run.State)}",
            Text = $"{dead.Result}\nWhat it said: steward runs logs {run.Id}\nTry it again: steward runs retry {run.Id}",
        };
    }
}
