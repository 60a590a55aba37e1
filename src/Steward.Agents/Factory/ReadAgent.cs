using System.Globalization;
using Steward.Agents.Catalogue;
using Steward.Agents.Runs;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Agents.Factory;

/// <summary>Reads the agent that is to be changed, as data for a model: its source, its settings, and for a repair what its last failed runs said.</summary>
internal sealed class ReadAgent(Database database)
{
    private const int MostRuns = 3;
    private const int MostLines = 60;
    private const int LongestLog = 8000;

    /// <summary>What ends the build of a change of an agent that somebody deleted meanwhile.</summary>
    public static BuildMove Gone(Build build) => new BuildMove.End(build, BuildState.Failed, $"The agent {build.Name} was deleted meanwhile.");

    /// <summary>The agent itself; null when it is new, or gone.</summary>
    public Task<Agent?> FindAsync(Build build, CancellationToken cancellationToken) => database.ReadAsync(session => AgentStore.FindAsync(session, build.AgentId ?? Guid.Empty), cancellationToken);

    /// <summary>The agent as it is; null when it is gone.</summary>
    public Task<string?> AsDataAsync(Build build, CancellationToken cancellationToken) => database.ReadAsync(async session =>
    {
        if (await AgentStore.FindAsync(session, build.AgentId ?? Guid.Empty) is not { } agent)
        {
            return null;
        }

        var text = $"name: {agent.Name}\nsettings: {Json.Write(agent.Settings)}\nschedule in place of the declared one: {(agent.Schedule is { } schedule ? Json.Write(schedule) : "none")}\n\n{await AgentStore.SourceAsync(session, agent.Id, agent.Version)}";
        return build.Kind == BuildKind.Repair ? $"{text}\n\n<log>\n{await LogAsync(session, agent)}\n</log>" : text;
    }, cancellationToken);

    private static async Task<string> LogAsync(Session session, Agent agent)
    {
        var parts = new List<string>();
        var failed = (await RunStore.ListAsync(session, new RunFilter(agent.Id, null, null), PageRequest.From(50, null).Value!)).Items
            .Where(run => run.State is RunState.Failed or RunState.TimedOut or RunState.OutOfMemory or RunState.OutOfProcessorTime or RunState.Refused).Take(MostRuns);
        foreach (var run in failed)
        {
            var lines = await RunStore.LinesAsync(session, run.Id, 0, MostLines);
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"run {run.Number}, version {run.Version}: {run.State}: {run.Text}\n") + string.Join('\n', lines.Select(line => $"  {line.Level}: {line.Line}")));
        }

        // Whatever the agent was told by strangers may stand in it.
        var log = string.Join("\n\n", parts).Replace("</log", "< /log", StringComparison.OrdinalIgnoreCase);
        return log.Length <= LongestLog ? log : log[..LongestLog];
    }
}
