using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Catalogue;
using Steward.Agents.Comparing;
using Steward.Agents.Workshop;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;

namespace Steward.Agents.Sharing;

/// <summary>A file that is to be imported.</summary>
/// <param name="File">The file, as it was exported.</param>
/// <param name="Name">The agent's name here; that of the file when null.</param>
/// <param name="Settings">Values in place of those of the file, and of those that it leaves out.</param>
/// <param name="Trust">The fingerprint of the file's signer, which is trusted from now on.</param>
internal sealed record ImportWish(JsonElement? File = null, string? Name = null, IReadOnlyDictionary<string, JsonElement>? Settings = null, string? Trust = null);

/// <summary>What is in a file, for whoever decides about it.</summary>
/// <param name="Name">The agent's name there.</param>
/// <param name="Version">Which version of it.</param>
/// <param name="Language">What it is written in.</param>
/// <param name="Purpose">What it is for, in its own words.</param>
/// <param name="Declares">What it may, when it runs and what it needs to know, in words.</param>
/// <param name="Schedule">When it runs, in place of what it declares; null for as declared.</param>
/// <param name="Missing">The settings whose values were left out and have to be given.</param>
/// <param name="MadeBy">Who made it there.</param>
/// <param name="MadeAt">When.</param>
/// <param name="ExportedAt">When the file was written.</param>
/// <param name="Signer">Who signed it.</param>
internal sealed record FileAbout(
    string Name, int Version, AgentLanguage Language, string Purpose, IReadOnlyList<DeclarationChange> Declares, JsonElement? Schedule, IReadOnlyList<string> Missing,
    string MadeBy, DateTimeOffset MadeAt, DateTimeOffset ExportedAt, Signer Signer);

/// <summary>Makes an agent of a file, when the file is what its server gave out and somebody here trusts that. It goes through the door of every agent. Audited.</summary>
internal sealed class ImportAgent(CreateAgent create, Signers signers, AuditLog audit)
{
    /// <summary>Says what is in a file, and makes nothing.</summary>
    public async Task<Outcome<FileAbout>> CheckAsync(ImportWish wish, CancellationToken cancellationToken)
    {
        var read = Read(wish);
        return read.IsRefused ? read.Refusal : About(read.Value, await signers.FindAsync(read.Value.Fingerprint, cancellationToken));
    }

    /// <summary>Makes the agent.</summary>
    public async Task<Outcome<Agent>> HandleAsync(ImportWish wish, Actor by, CancellationToken cancellationToken)
    {
        var read = Read(wish);
        if (read.IsRefused)
        {
            return read.Refusal;
        }

        var (file, _, fingerprint, hash) = read.Value;
        var signer = await signers.FindAsync(fingerprint, cancellationToken);
        if (Untrusted(signer, wish.Trust) is { } untrusted)
        {
            return untrusted;
        }

        var settings = file.Settings.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in wish.Settings ?? new Dictionary<string, JsonElement>())
        {
            settings[name] = value;
        }

        if (file.Missing.FirstOrDefault(name => !settings.ContainsKey(name)) is { } missing)
        {
            return Refusal.Invalid($"settings.{missing}", $"The file does not tell the value of '{missing}', because it is a secret. Set it.");
        }

        return await create.HandleAsync(
            new AgentWish(wish.Name ?? file.Name, Source: file.Source, Settings: settings, Schedule: file.Schedule, Language: file.Language) { Declared = file.DeclarationJson, IsCopy = true }, by,
            async (session, agent) =>
            {
                // Trust that is new is remembered when it has led to an agent, and not before.
                if (!signer.IsKnown)
                {
                    await signers.TrustAsync(session, fingerprint, by);
                }

                await ShareStore.SetOriginAsync(session, agent.Id, fingerprint);
                await audit.AppendAsync(session, CreateAgent.Audited("agent.imported", agent, by, $"From a file of {fingerprint}.") with
                {
                    Detail = new JsonObject { ["signer"] = fingerprint, ["file"] = hash, ["name"] = file.Name, ["version"] = file.Version },
                });
            }, cancellationToken);
    }

    private static Outcome<VerifiedFile> Read(ImportWish wish) => wish.File is { ValueKind: JsonValueKind.Object } file
        ? AgentFileReader.Read(file.GetRawText())
        : Refusal.Invalid("file", "Send the file as it was exported, as an object.");

    private static Refusal? Untrusted(Signer signer, string? trust) =>
        trust is not null && !string.Equals(trust.Trim(), signer.Fingerprint, StringComparison.OrdinalIgnoreCase)
            ? new Refusal(RefusalKind.Conflict, "other-signer", $"The file is signed by {signer.Fingerprint}, not by the one that you trust.", "trust")
        : signer.IsKnown || trust is not null ? null
        : new Refusal(RefusalKind.Conflict, "unknown-signer", $"Nobody here has trusted the server that signed this file, {signer.Fingerprint}. Ask its owner whether that is theirs ('steward agents signer' there), and say so once: trust.", "trust");

    private static FileAbout About(VerifiedFile read, Signer signer)
    {
        var (file, declaration) = (read.File, read.Declaration);
        return new FileAbout(file.Name, file.Version, file.Language, declaration.Purpose, DeclarationChanges.All(declaration), file.Schedule, file.Missing, file.MadeBy, file.MadeAt, file.ExportedAt, signer);
    }
}
