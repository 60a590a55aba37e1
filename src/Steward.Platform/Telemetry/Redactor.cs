using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Platform.Telemetry;

/// <summary>
/// Takes secrets out of text at the edge: before it is logged, stored, audited or sent. It knows the secrets of this
/// server by value and foreign ones by their look. What it takes out it replaces by <c>[redacted]</c>. It also mends
/// text that no store could hold: NUL characters go, halves of surrogate pairs become U+FFFD.
/// </summary>
public sealed partial class Redactor
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Mask = "[redacted]";

    // So much of a key says only whose key it is, and of a short one less.
    private const int ShownOfSecret = 4;

    private readonly ConcurrentDictionary<string, byte> known = new(StringComparer.Ordinal);
    private volatile string[] knownLongestFirst = [];

    /// <summary>Remembers a secret of this server, so that its value never passes. Bounded by the number of settings. Values under 6 characters are too common to mask.</summary>
    public void Know(string? secret)
    {
        if (secret is not { Length: >= 6 })
        {
            return;
        }

        // As it stands in a URL and in JSON, too.
        foreach (var form in new[] { secret, Uri.EscapeDataString(secret), JsonEncodedText.Encode(secret).ToString() })
        {
            known.TryAdd(form, 0);
        }

        // A secret that begins another one must not be taken out first and leave the rest.
        knownLongestFirst = [.. known.Keys.OrderByDescending(form => form.Length)];
    }

    /// <summary>True when the text holds a secret of this server: for what cannot be redacted without breaking it.</summary>
    public bool Knows(string text) => knownLongestFirst.Any(secret => text.Contains(secret, StringComparison.Ordinal));

    /// <summary>The text without secrets.</summary>
    public string Redact(string text)
    {
        foreach (var secret in knownLongestFirst)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        text = Storable(text);
        // Keys before names: "private_key": "-----BEGIN ..." must go as a whole. Headers before names: what a name alone would
        // take is their first word.
        text = PrivateKey().Replace(text, Mask);
        text = UrlLogin().Replace(text, $"$1{Mask}@");
        text = HookAddress().Replace(text, $"$1{Mask}");
        text = HookPath().Replace(text, $"$1{Mask}");
        text = AuthorizationHeader().Replace(text, $"$1{Mask}");
        text = Cookies().Replace(text, $"$1{Mask}");
        text = NamedBlock().Replace(text, $"$1{Mask}");
        text = NamedSecret().Replace(text, $"$1{Mask}");
        text = NamedElement().Replace(text, $"$1{Mask}");
        text = NamedFlag().Replace(text, $"$1{Mask}");
        text = LoginFlag().Replace(text, $"${{keep}}{Mask}");
        text = Bearer().Replace(text, $"$1{Mask}");
        return KnownShape().Replace(text, Mask);
    }

    /// <summary>
    /// True when the text holds a secret of this server, or something that is a secret by its look alone. What only a name
    /// beside it would tell (<c>token: x</c>) does not count: for programs and templates, which must not be cut.
    /// </summary>
    public bool HoldsSecret(string text) => FindSecret(text) is not null;

    /// <summary>How the first secret begins that makes <see cref="HoldsSecret"/> true, to be shown to who has to find it; null when there is none.</summary>
    public string? FindSecret(string text) => Knows(text) ? "a secret of this server"
        : (SecretIn(text) ?? LoginIn(text)) is { } secret ? $"'{secret[..Math.Min(ShownOfSecret, secret.Length / ShownOfSecret)]}...'"
        : null;

    /// <summary>The line of a text in which a secret begins; the last one when none has one by itself.</summary>
    public int SecretLine(string text)
    {
        var lines = text.Split('\n');
        return Math.Min(lines.TakeWhile(line => !HoldsSecret(line)).Count() + 1, lines.Length);
    }

    /// <summary>The values without secrets: by their look, and all texts and numbers whose member's name says that they are secret.</summary>
    public JsonObject Redact(JsonObject members)
    {
        var clean = new JsonObject();
        foreach (var (name, value) in members)
        {
            clean[Redact(name)] = SecretMember().IsMatch(name) && value?.GetValueKind() is JsonValueKind.String or JsonValueKind.Number
                ? Mask
                : RedactValue(value);
        }

        return clean;
    }

    private JsonNode? RedactValue(JsonNode? value) => value switch
    {
        null => null,
        JsonObject inner => Redact(inner),
        JsonArray items => new JsonArray([.. items.Select(RedactValue)]),
        _ when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(Redact(value.GetValue<string>())),
        _ => value.DeepClone(),
    };

    private static string Storable(string text)
    {
        // PostgreSQL text cannot hold NUL; nothing that people read needs it.
        text = text.Replace("\0", "", StringComparison.Ordinal);
        // Neither store can hold half a surrogate pair, and a name or log line may be cut between the halves.
        return LoneSurrogate().IsMatch(text) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
    }
}
