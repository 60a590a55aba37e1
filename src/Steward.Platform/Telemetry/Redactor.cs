using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Steward.Platform.Telemetry;

/// <summary>
/// Takes secrets out of text at the edge: before it is logged, stored, audited or sent. It knows the secrets of this
/// server by value and foreign ones by their look. What it takes out it replaces by <c>[redacted]</c>. It also mends
/// text that no store could hold: NUL characters go, halves of surrogate pairs become U+FFFD.
/// </summary>
public sealed partial class Redactor
{
    private const string Mask = "[redacted]";

    // What a secret is called, at the end of a name: client_secret, accessToken, DB_PASSWORD.
    private const string SecretName =
        "pass(?:word|wd|phrase)?|pwd|secret(?:[_-]?key(?:[_-]?base)?)?|token|signature|(?:api|private|access|auth|account|encryption|signing)[_-]?key|credentials?";

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
        // Keys before names: "private_key": "-----BEGIN ..." must go as a whole.
        text = PrivateKey().Replace(text, Mask);
        text = UrlLogin().Replace(text, $"$1{Mask}@");
        text = NamedSecret().Replace(text, $"$1{Mask}");
        text = Bearer().Replace(text, $"$1{Mask}");
        return KnownShape().Replace(text, Mask);
    }

    /// <summary>
    /// True when the text holds a secret of this server, or something that is a secret by its look alone. What only a name
    /// beside it would tell (<c>token: x</c>) does not count: for programs and templates, which must not be cut.
    /// </summary>
    public bool HoldsSecret(string text) => knownLongestFirst.Any(secret => text.Contains(secret, StringComparison.Ordinal))
        || PrivateKey().IsMatch(text) || UrlLogin().IsMatch(text) || Bearer().IsMatch(text) || KnownShape().IsMatch(text);

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

    [GeneratedRegex(@"[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]", RegexOptions.CultureInvariant)]
    private static partial Regex LoneSurrogate();

    // scheme://user:password@ - up to the last @ before the path, because passwords hold @ as well
    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]{1,20}://)[^\s/:@]{0,128}:[^\s/]{1,256}@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UrlLogin();

    // password=..., "api_key": "...", TOKEN: ..., \"secret\":\"...\". In quotes up to the closing one, without up to the next separator.
    [GeneratedRegex($"""((?:{SecretName})\\*["']?\s*[:=]\s*(?:\\*["'])?)(?!\[redacted\])(?:(?<=\\["'])[^"'\\]+|(?<=")(?:\\.|[^"\\])+|(?<=')(?:\\.|[^'\\])+|[^\s"',;&\\]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NamedSecret();

    [GeneratedRegex($"(?:{SecretName})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretMember();

    // "Basic authentication" is English: what follows Basic holds a capital, a digit or a sign.
    [GeneratedRegex(@"(\b(?:bearer\s+|basic\s+(?=\S*(?-i:[A-Z0-9+/=]))))[A-Za-z0-9._~+/=-]{8,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bearer();

    // GitHub (ghp_, gho_, ghs_, github_pat_), GitLab (glpat-), OpenAI and Anthropic (sk-), Stripe (sk_live_), Slack (xox), AWS (AKIA),
    // Google (AIza), SendGrid (SG.), Telegram bots (also behind "/bot"), JSON web tokens, Steward's own keys.
    [GeneratedRegex(@"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9_-]{16,}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|AIza[A-Za-z0-9_-]{35}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|(?:bot)?\d{8,10}:AA[A-Za-z0-9_-]{30,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}|stw_[A-Za-z0-9_-]{20,})", RegexOptions.CultureInvariant)]
    private static partial Regex KnownShape();

    // To its end, or to the end of the text: half a key is a secret, too.
    [GeneratedRegex(@"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\z)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();
}
