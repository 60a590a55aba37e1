using System.Text.Json.Nodes;
using Steward.Agents.Catalogue;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Agents.Sharing;

/// <summary>Writes the version of an agent that runs into one signed file, without secrets.</summary>
internal sealed class ExportAgent(Database database, Signers signers, Redactor redactor, TimeProvider clock)
{
    public async Task<Outcome<JsonObject>> HandleAsync(string name, Actor by, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(async session => await ChangeAgent.FindAsync(session, name) is { } agent
            ? new Found(agent, (await AgentStore.VersionAsync(session, agent.Id, agent.Version))!, (await AgentStore.SourceAsync(session, agent.Id, agent.Version))!, (await ShareStore.DeclarationAsync(session, agent.Id, agent.Version))!)
            : null, cancellationToken);
        if (found is not { } one)
        {
            return Refusal.NotFound("agent", name);
        }

        if (Secret(one) is { } where)
        {
            return new Refusal(RefusalKind.Conflict, "holds-secret", $"{one.Agent.Name} is not given out: {where} holds what looks like a secret. Make a setting of it, and export it then.");
        }

        // A setting of an earlier version may still have a value; this one does not know it.
        var settings = one.Agent.Settings.Where(setting => one.Version.Declaration.Settings.ContainsKey(setting.Key)).OrderBy(setting => setting.Key, StringComparer.Ordinal).ToLookup(setting => SecretSettings.Holds(redactor, setting.Key, setting.Value));
        return new AgentFile(one.Agent.Name, one.Agent.Version, one.Version.Language, one.Source, JsonNode.Parse(one.Declaration)!,
            settings[false].ToDictionary(), [.. settings[true].Select(setting => setting.Key)], AgentFile.Words(one.Agent.Schedule), one.Version.MadeBy, one.Version.MadeAt, clock.Now())
            .Write(await signers.KeyAsync(by, cancellationToken));
    }

    // A program cannot be cut.
    private string? Secret(Found one)
    {
        if (redactor.HoldsSecret(one.Source))
        {
            return $"its source (line {redactor.SecretLine(one.Source)})";
        }

        return one.Version.Declaration.Settings.Where(setting => setting.Value.Default is { } value && SecretSettings.Holds(redactor, setting.Key, value)).Select(setting => $"the default of its setting '{setting.Key}'").FirstOrDefault();
    }

    private sealed record Found(Agent Agent, AgentVersion Version, string Source, string Declaration);
}
