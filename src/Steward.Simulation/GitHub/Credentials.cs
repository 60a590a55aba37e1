using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>Somebody who may come in, and how far; no permissions means all of them.</summary>
internal sealed record Caller(Account Account, IReadOnlyDictionary<string, string>? Permissions)
{
    private static readonly string[] Levels = ["read", "write", "admin"];

    public bool May(string permission, string level) => Permissions is null
        || (Permissions.TryGetValue(permission, out var granted) && Array.IndexOf(Levels, granted) >= Array.IndexOf(Levels, level));
}

/// <summary>Who may come in: the plain token, the App by its signed claims, its installation by a token of an hour. Thread-safe.</summary>
internal sealed class Credentials(WorldOptions options, Func<DateTimeOffset> now) : IDisposable
{
    // GitHub's documentation: good for an hour; claims at most ten minutes ahead.
    private static readonly TimeSpan Good = TimeSpan.FromHours(1);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    // Bounded by the tokens that clients ask for; the ended ones go.
    private readonly ConcurrentDictionary<string, (DateTimeOffset End, IReadOnlyDictionary<string, string> Permissions)> tokens = new();
    private readonly Lazy<RSA> own = new(() => RSA.Create(2048));

    /// <summary>What the installation was granted.</summary>
    public IReadOnlyDictionary<string, string> Granted { get; set; } = options.GitHubPermissions;

    public bool IsSuspended { get; set; }

    public Account App { get; } = new("steward[bot]", options.GitHubAppId);

    /// <summary>The private key that the world made for the App; none when it was given a public one.</summary>
    public string PrivateKey => options.GitHubAppPublicKey.Length == 0
        ? own.Value.ExportRSAPrivateKeyPem()
        : throw new InvalidOperationException("The world was given the App's public key and does not have the private one.");

    public void Revoke() => tokens.Clear();

    public Caller? Find(string? authorization)
    {
        var token = Token(authorization);
        return token is null ? null
            : token == options.GitHubToken ? new Caller(new Account(options.GitHubLogin), null)
            : tokens.TryGetValue(token, out var grant) && grant.End > now() ? new Caller(App, grant.Permissions)
            : null;
    }

    public Reply Grant()
    {
        if (IsSuspended)
        {
            return Reply.Message(403, "This installation has been suspended");
        }

        foreach (var (old, _) in tokens.Where(one => one.Value.End <= now()))
        {
            tokens.TryRemove(old, out _);
        }

        var token = $"ghs_{RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 36)}";
        var end = now() + Good;
        tokens[token] = (end, Granted);
        return Reply.Json(201, new JsonObject
        {
            ["token"] = token,
            ["expires_at"] = Wire.Time(end),
            ["permissions"] = Permissions(),
            ["repository_selection"] = "selected",
        });
    }

    public JsonObject Permissions() => new(Granted.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value)));

    /// <summary>Null when the claims are the App's, else GitHub's refusal.</summary>
    public Reply? Fault(string? authorization)
    {
        var parts = Token(authorization)?.Split('.') ?? [];
        if (parts.Length != 3 || Part(parts[0]) is not { } head || Part(parts[1]) is not { } claims || head.Text("alg") != "RS256" || !IsSigned(parts))
        {
            return Reply.Message(401, "A JSON web token could not be decoded");
        }

        var (issued, expires) = (Number(claims, "iat"), Number(claims, "exp"));
        var second = now().ToUnixTimeSeconds();
        return issued is null || issued > second ? Reply.Message(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
            : expires is null || expires <= second ? Reply.Message(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires")
            : expires > second + (long)Ahead.TotalSeconds ? Reply.Message(401, "'Expiration time' claim ('exp') is too far in the future")
            : claims["iss"]?.ToString() != $"{options.GitHubAppId}" ? Reply.Message(404, "Integration not found")
            : null;
    }

    public void Dispose()
    {
        if (own.IsValueCreated)
        {
            own.Value.Dispose();
        }
    }

    private bool IsSigned(string[] parts)
    {
        using var given = RSA.Create();
        if (options.GitHubAppPublicKey.Length > 0)
        {
            given.ImportFromPem(options.GitHubAppPublicKey);
        }
        else
        {
            given.ImportParameters(own.Value.ExportParameters(false));
        }

        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        return Base64Url.IsValid(parts[2]) && given.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static JsonObject? Part(string text) => Base64Url.IsValid(text) ? RequestBody.Object(Base64Url.DecodeFromChars(text)) : null;

    private static long? Number(JsonObject claims, string name) =>
        claims[name]?.GetValueKind() == JsonValueKind.Number && claims[name]!.AsValue().TryGetValue(out long number) ? number : null;

    private static string? Token(string? authorization) => authorization?.Split(' ', 2) is [var scheme, var token]
        && (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || scheme.Equals("token", StringComparison.OrdinalIgnoreCase)) ? token : null;
}
