using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Steward.Kernel;

namespace Steward.Server.Entry;

/// <summary>A key that lets a person in. The key itself is shown once, when it is made; only its hash is kept.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Holder">The person who acts with it.</param>
/// <param name="Scopes">What it may do; words of <see cref="Kernel.Scopes"/>.</param>
/// <param name="Prefix">Its first characters, to recognise it by.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it; <c>first-start</c> and <c>settings</c> for owner keys.</param>
/// <param name="LastUsedAt">When it was last used, to the minute.</param>
/// <param name="RevokedAt">When it was revoked; null while it is good.</param>
public sealed record ApiKey(
    Guid Id, string Name, string Holder, IReadOnlyList<string> Scopes, string Prefix,
    DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
{
    /// <summary>How long a key that a person chose must be.</summary>
    public const int LeastPresetLength = 32;

    private const string Mark = "stw_";
    private const int RandomBytes = 32;
    private const int ShownCharacters = 8;

    /// <summary>
    /// SHA-256 of the key, in hexadecimal digits. A slow password hash would buy nothing: keys are 256 random bits (a
    /// preset one 32 characters or more), which no guessing reaches, and every request would pay for it.
    /// </summary>
    [JsonIgnore]
    public string Hash { get; init; } = "";

    /// <summary>True when the key may do what the scope stands for.</summary>
    public bool Has(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>A new key: <c>stw_</c> and 256 random bits in base64url.</summary>
    internal static Secret Generate() => new(Mark + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)));

    internal static string HashOf(string key) => TextHash.Of(key);

    internal static string PrefixOf(string key) => key[..ShownCharacters];
}
