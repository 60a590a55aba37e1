using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Steward.Kernel;

namespace Steward.Server.Tests.Agents;

/// <summary>Two servers that know nothing of each other, and a stranger with a key of his own.</summary>
public sealed class TwoServers : IAsyncLifetime
{
    private readonly ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public AgentServer Here { get; } = new();

    public AgentServer There { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Here.InitializeAsync();
        await There.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Here.DisposeAsync();
        await There.DisposeAsync();
        stranger.Dispose();
    }

    /// <summary>Makes an agent there and gives its file.</summary>
    public async Task<JsonObject> FileAsync(string source, JsonObject? settings = null)
    {
        var name = await There.MakeAsync(source, settings);
        var export = await There.Server.GetAsync($"/api/agents/{name}/export");
        Assert.True(export.Status == 200, export.Body);
        return export.Json.AsObject();
    }

    /// <summary>The file as the stranger would write it.</summary>
    public JsonObject SignedByStranger(JsonObject file, ECDsa? with = null)
    {
        var (key, forged) = (with ?? stranger, file.DeepClone().AsObject());
        var shown = key.ExportSubjectPublicKeyInfo();
        forged["signer"] = new JsonObject { ["fingerprint"] = Convert.ToHexStringLower(SHA256.HashData(shown)), ["publicKey"] = Convert.ToBase64String(shown) };
        return Signed(forged, key);
    }

    /// <summary>The file with a signature of the stranger's in place of its own.</summary>
    public JsonObject Signed(JsonObject file, ECDsa? with = null)
    {
        var signed = file.DeepClone().AsObject();
        signed.Remove("signature");
        signed["signature"] = Convert.ToBase64String((with ?? stranger).SignData(CanonicalJson.Bytes(signed), HashAlgorithmName.SHA256));
        return signed;
    }

    public static string Fingerprint(JsonObject file) => (string)file["signer"]!["fingerprint"]!;

    public Task<Answer> ImportAsync(JsonNode file, string name, string? trust = null, JsonObject? settings = null) =>
        Here.Server.PostAsync("/api/agents/import", new JsonObject { ["file"] = file.DeepClone(), ["name"] = name, ["trust"] = trust, ["settings"] = settings ?? [] });

    public async Task<IReadOnlyList<JsonNode>> AuditAsync(string kind) =>
        [.. (await Here.Server.GetAsync("/api/audit?limit=500")).Json["items"]!.AsArray().Where(row => (string?)row!["kind"] == kind).Select(row => row!)];
}
