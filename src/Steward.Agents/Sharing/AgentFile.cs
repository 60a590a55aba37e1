using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Declarations;
using Steward.Agents.Workshop;
using Steward.Kernel;
using Steward.Platform.Scheduling;

namespace Steward.Agents.Sharing;

/// <summary>An agent as one file, which the server that wrote it has signed.</summary>
/// <param name="Name">The agent's name there.</param>
/// <param name="Version">Which version of it.</param>
/// <param name="Language">What it is written in.</param>
/// <param name="Source">Its source.</param>
/// <param name="DeclarationJson">What it declares, as it was written.</param>
/// <param name="Settings">The values of its settings that are no secrets.</param>
/// <param name="Missing">The settings whose values are secrets and were left out.</param>
/// <param name="Schedule">When it runs in place of what it declares; null for as declared.</param>
/// <param name="MadeBy">Who made the version.</param>
/// <param name="MadeAt">When.</param>
/// <param name="ExportedAt">When the file was written.</param>
internal sealed record AgentFile(
    string Name, int Version, AgentLanguage Language, string Source, JsonNode DeclarationJson, IReadOnlyDictionary<string, JsonElement> Settings, IReadOnlyList<string> Missing,
    JsonElement? Schedule, string MadeBy, DateTimeOffset MadeAt, DateTimeOffset ExportedAt)
{
    /// <summary>What the file says that it is.</summary>
    public const string Format = "steward-agent";

    /// <summary>The version of the format. It stands for the members that there are and for the kind of signature.</summary>
    public const int FormatVersion = 1;

    /// <summary>How long a file may be, in bytes: a source of a megabyte, written with escapes, and the rest.</summary>
    public const int Longest = 4 << 20;

    /// <summary>The file, signed.</summary>
    public JsonObject Write(Secret privateKey)
    {
        var publicKey = SigningKey.PublicOf(privateKey);
        var file = new JsonObject
        {
            ["format"] = Format,
            ["version"] = FormatVersion,
            ["agent"] = new JsonObject
            {
                ["name"] = Name,
                ["version"] = Version,
                ["language"] = JsonSerializer.SerializeToNode(Language, Json.Options),
                ["source"] = Source,
                ["declaration"] = DeclarationJson.DeepClone(),
                ["settings"] = JsonSerializer.SerializeToNode(Settings, Json.Options),
                ["missing"] = JsonSerializer.SerializeToNode(Missing, Json.Options),
                ["madeBy"] = MadeBy,
                ["madeAt"] = UtcTime.ToText(MadeAt),
            },
            ["exportedAt"] = UtcTime.ToText(ExportedAt),
            ["signer"] = new JsonObject { ["fingerprint"] = SigningKey.Fingerprint(publicKey), ["publicKey"] = Convert.ToBase64String(publicKey) },
        };
        if (Schedule is { } schedule)
        {
            file["agent"]!["schedule"] = JsonNode.Parse(schedule.GetRawText());
        }

        file["signature"] = Convert.ToBase64String(SigningKey.Sign(privateKey, CanonicalJson.Bytes(file)));
        return file;
    }

    /// <summary>A schedule in the words of a declaration.</summary>
    public static JsonElement? Words(AgentSchedule? schedule) => schedule is null ? null : JsonSerializer.SerializeToElement(
        new { schedule.Cron, schedule.Every, schedule.At, schedule.Zone, Misfire = schedule.Misfire == MissedRuns.Skip ? "skip" : "run-once" }, Json.Options);
}
