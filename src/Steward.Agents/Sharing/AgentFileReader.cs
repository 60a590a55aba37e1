using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;
using Steward.Agents.Workshop;
using Steward.Kernel;

namespace Steward.Agents.Sharing;

/// <summary>A file that is what its signer gave out.</summary>
/// <param name="File">The agent.</param>
/// <param name="Declaration">What it declares, read.</param>
/// <param name="Fingerprint">Who signed it.</param>
/// <param name="Hash">SHA-256 of what was signed.</param>
internal sealed record VerifiedFile(AgentFile File, Declaration Declaration, string Fingerprint, string Hash);

/// <summary>Reads a file and checks its signature, before anything else of it is looked at. What it does not understand it refuses, by name. Pure.</summary>
internal static class AgentFileReader
{
    private const int MostSettings = 50;
    private const int LongestName = 200;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Reads the text of a file.</summary>
    public static Outcome<VerifiedFile> Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return Read(document.RootElement, text);
        }
        catch (JsonException e)
        {
            return Refusal.Invalid("file", $"The file is not JSON, or not whole: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            return Refusal.Invalid("file", "The file holds half of a character (a lone surrogate): it is no text.");
        }
        catch (FaultException fault)
        {
            return new Refusal(RefusalKind.Invalid, fault.Code, fault.Message, fault.Field);
        }
    }

    private static Outcome<VerifiedFile> Read(JsonElement root, string text)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out var format) || format.ValueKind != JsonValueKind.String || format.GetString() != AgentFile.Format)
        {
            throw new FaultException("file.format", $"This is no agent of Steward's: the file's 'format' is not '{AgentFile.Format}'.");
        }

        var version = Whole(root, "version", "file.version");
        if (version != AgentFile.FormatVersion)
        {
            throw new FaultException("file.version", version > AgentFile.FormatVersion
                ? $"A newer Steward wrote this file (version {version}; {AgentFile.FormatVersion} is read here). Update this one first."
                : $"There is no version {version} of such files; {AgentFile.FormatVersion} is read here.");
        }

        Only(root, "file", ["format", "version", "agent", "exportedAt", "signer", "signature"]);
        var (fingerprint, hash) = Verify(root, text);
        var agent = Of(root, "agent", JsonValueKind.Object, "file.agent");
        Only(agent, "file.agent", ["name", "version", "language", "source", "declaration", "settings", "missing", "schedule", "madeBy", "madeAt"]);
        return Agent(agent, Time(root, "exportedAt", "file.exportedAt")) is var file && DeclarationReader.Read(file.DeclarationJson.ToJsonString()) is var declaration && declaration.IsRefused
            ? declaration.Refusal with { Field = $"file.agent.{declaration.Refusal.Field}" }
            : Checked(new VerifiedFile(file, declaration.Value!, fingerprint, hash));
    }

    private static (string Fingerprint, string Hash) Verify(JsonElement root, string text)
    {
        var signer = Of(root, "signer", JsonValueKind.Object, "file.signer");
        Only(signer, "file.signer", ["fingerprint", "publicKey"]);
        var (key, signature) = (Base64(signer, "publicKey", "file.signer.publicKey"), Base64(root, "signature", "file.signature"));
        if (!SigningKey.IsPublicKey(key))
        {
            throw new FaultException("file.signer.publicKey", "The signer's key is no key of ECDSA on P-256, which is what version 1 is signed with.");
        }

        if (Text(signer, "fingerprint", "file.signer.fingerprint") != SigningKey.Fingerprint(key))
        {
            throw new FaultException("file.signer.fingerprint", "The fingerprint is not that of the key beside it: the file was altered.", "altered");
        }

        var signed = JsonNode.Parse(text, documentOptions: Strict)!.AsObject();
        signed.Remove("signature");
        return SigningKey.Verify(key, CanonicalJson.Bytes(signed), signature)
            ? (SigningKey.Fingerprint(key), CanonicalJson.Hash(signed))
            : throw new FaultException("file.signature", "The signature does not fit: the file was altered after its server wrote it, or another key signed it than the one that it names. Export it again.", "altered");
    }

    private static AgentFile Agent(JsonElement agent, DateTimeOffset exportedAt)
    {
        var name = Text(agent, "name", "file.agent.name");
        var settings = Of(agent, "settings", JsonValueKind.Object, "file.agent.settings").EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value.Clone(), StringComparer.Ordinal);
        var missing = Of(agent, "missing", JsonValueKind.Array, "file.agent.missing");
        return missing.GetArrayLength() > MostSettings || missing.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.String) ? throw new FaultException("file.agent.missing", $"'missing' is a list of at most {MostSettings} names of settings.")
            : !CreateAgent.IsName(name) ? throw new FaultException("file.agent.name", "That is not the name of an agent.")
            : new AgentFile(name, Whole(agent, "version", "file.agent.version"), Language(agent), Text(agent, "source", "file.agent.source", AgentFile.Longest),
                JsonNode.Parse(Of(agent, "declaration", JsonValueKind.Object, "file.agent.declaration").GetRawText())!,
                settings, [.. missing.EnumerateArray().Select(one => one.GetString()!)],
                agent.TryGetProperty("schedule", out var schedule) ? schedule.Clone() : null, Text(agent, "madeBy", "file.agent.madeBy"), Time(agent, "madeAt", "file.agent.madeAt"), exportedAt);
    }

    private static Outcome<VerifiedFile> Checked(VerifiedFile read)
    {
        foreach (var name in read.File.Missing)
        {
            if (!read.Declaration.Settings.ContainsKey(name) || read.File.Settings.ContainsKey(name))
            {
                return Refusal.Invalid("file.agent.missing", $"'{name}' is not a setting whose value is left out.");
            }
        }

        return read.File.Schedule is { } schedule && DeclarationReader.ReadSchedule(schedule) is { IsRefused: true } wrong
            ? wrong.Refusal with { Field = $"file.agent.{wrong.Refusal.Field}" }
            : read;
    }

    private static AgentLanguage Language(JsonElement agent) => Text(agent, "language", "file.agent.language") switch
    {
        "csharp" => AgentLanguage.Csharp,
        "python" => AgentLanguage.Python,
        _ => throw new FaultException("file.agent.language", "The language is csharp or python."),
    };

    private static void Only(JsonElement value, string path, string[] members)
    {
        foreach (var member in value.EnumerateObject().Where(member => !members.Contains(member.Name)))
        {
            throw new FaultException(path, $"Nobody knows '{(member.Name.Length <= LongestName ? member.Name : "a very long name")}' in {path}. There are {string.Join(", ", members)}.");
        }
    }

    private static JsonElement Of(JsonElement parent, string name, JsonValueKind kind, string path) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : throw new FaultException(path, $"'{path}' is missing, or not {kind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.Number => "a number",
            _ => "a text",
        }}.");

    private static string Text(JsonElement parent, string name, string path, int longest = LongestName) =>
        Of(parent, name, JsonValueKind.String, path).GetString() is { } text && text.Length <= longest ? text : throw new FaultException(path, $"'{path}' has more than {longest} characters.");

    private static int Whole(JsonElement parent, string name, string path) =>
        Of(parent, name, JsonValueKind.Number, path).TryGetInt32(out var number) ? number : throw new FaultException(path, $"'{path}' is not a whole number.");

    private static byte[] Base64(JsonElement parent, string name, string path) =>
        Of(parent, name, JsonValueKind.String, path).TryGetBytesFromBase64(out var bytes) ? bytes : throw new FaultException(path, $"'{path}' is not base64.");

    private static DateTimeOffset Time(JsonElement parent, string name, string path) =>
        DateTimeOffset.TryParse(Text(parent, name, path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : throw new FaultException(path, $"'{path}' is not a time.");

    private sealed class FaultException(string field, string message, string code = "invalid") : Exception(message)
    {
        public string Field { get; } = field;

        public string Code { get; } = code;
    }
}
