using System.Globalization;
using System.Text.Json;
using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;
using Steward.Agents.Runs;
using Steward.Agents.Sharing;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Agents.Factory;

/// <summary>An agent that is to be changed.</summary>
/// <param name="Version">The version that it is at.</param>
/// <param name="Data">What a model may see of it.</param>
/// <param name="Before">What it is.</param>
internal sealed record ReadFor(int Version, string Data, AgentBefore Before);

/// <summary>Reads the agent that is to be changed, as data for a model: its source, its settings, and for a repair what its last failed runs said. No secrets are in it.</summary>
internal sealed class ReadAgent(Database database, Redactor redactor)
{
    private const int MostRuns = 3;
    private const int MostLines = 60;
    private const int LongestLog = 8000;

    /// <summary>What the owner of the agent has set; nothing when it is new, or gone.</summary>
    public Task<OwnedSettings> OwnedAsync(Build build, CancellationToken cancellationToken) => database.ReadAsync(async session =>
        await AgentStore.FindAsync(session, build.AgentId ?? Guid.Empty) is { } agent && await AgentStore.VersionAsync(session, agent.Id, agent.Version) is { } version
            ? new OwnedSettings(agent.Settings, Json.Read<Dictionary<string, JsonElement>>(SecretSettings.Hidden(redactor, agent.Settings)), version.Declaration.Settings)
            : OwnedSettings.Nothing, cancellationToken);

    /// <summary>The agent as it is; refused when it is gone, or holds what must not leave.</summary>
    public Task<Outcome<ReadFor>> AsDataAsync(Build build, CancellationToken cancellationToken) => database.ReadAsync<Outcome<ReadFor>>(async session =>
    {
        if (await AgentStore.FindAsync(session, build.AgentId ?? Guid.Empty) is not { } agent || await AgentStore.SourceAsync(session, agent.Id, agent.Version) is not { } source)
        {
            return new Refusal(RefusalKind.Conflict, "gone", $"The agent {build.Name} was deleted meanwhile.");
        }

        // A program cannot be cut.
        if (redactor.FindSecret(source) is { } secret)
        {
            return new Refusal(RefusalKind.Conflict, "holds-secret", $"The source of {agent.Name} holds what looks like a secret ({secret} in line {redactor.SecretLine(source)}), and no model is shown one. Make a setting of it: steward agents update {agent.Name} --file FILE.");
        }

        var text = $"name: {agent.Name}\nsettings: {SecretSettings.Hidden(redactor, agent.Settings)}\nschedule in place of the declared one: {(agent.Schedule is { } schedule ? Json.Write(schedule) : "none")}\n\n{source}";
        return new ReadFor(agent.Version, build.Kind == BuildKind.Repair ? $"{text}\n\n<log>\n{await LogAsync(session, agent)}\n</log>" : text, await BeforeAsync(session, build));
    }, cancellationToken);

    /// <summary>What the agent is that a build changes, in all its versions; nothing for a new one.</summary>
    public static async Task<AgentBefore> BeforeAsync(Session session, Build build) =>
        build is { Kind: not BuildKind.Create, AgentId: { } id } && await AgentStore.FindAsync(session, id) is { } agent
            ? new AgentBefore(agent, (await AgentStore.VersionAsync(session, id, agent.Version))?.Declaration, await AgentStore.DeclaredAsync(session, id))
            : AgentBefore.Nothing;

    /// <summary>Why a change can not be published any more: its agent is gone, or at another version than it was made of. Null when it can, and for a new agent.</summary>
    public static async Task<string?> ChangedAsync(Session session, Build build) => build is not { Kind: not BuildKind.Create, Base: { } version } ? null
        : await AgentStore.FindAsync(session, build.AgentId ?? Guid.Empty) is not { } agent ? $"The agent {build.Name} was deleted meanwhile."
        : agent.Version == version ? null
        : $"{agent.Name} runs version {agent.Version} by now, and this was made of version {version}: ask for the change again, so that it keeps what came in between.";

    /// <summary>Why an agent can not be published any more that is to run once: its time has passed. Null when it can, and for one that has this time already.</summary>
    public static async Task<string?> PassedAsync(Session session, Build build, AgentSchedule? schedule, DateTimeOffset now) =>
        schedule?.At is not { } at || at > now || (await BeforeAsync(session, build)).HasTime(at)
            ? null
            : $"The time {UtcTime.ToText(at)} has passed: the agent would never run. Ask for it once more with a time to come.";

    private async Task<string> LogAsync(Session session, Agent agent)
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
        return redactor.Redact(string.Join("\n\n", parts)).Replace("</log", "< /log", StringComparison.OrdinalIgnoreCase).Cut(LongestLog);
    }
}
