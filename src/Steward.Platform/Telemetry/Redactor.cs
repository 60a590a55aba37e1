using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Steward.Platform.Telemetry;

/// <summary>
/// Takes secrets out of text at the edge: before it is logged, stored, audited or sent. It knows the secrets of this
/// server by value and foreign ones by their look. What it takes out it replaces by <c>[redacted]</c>.
/// </summary>
public sealed partial class Redactor
{
    private const string Mask = "[redacted]";
    private readonly ConcurrentDictionary<string, byte> known = new(StringComparer.Ordinal);

    /// <summary>Remembers a secret of this server, so that its value never passes. Bounded by the number of settings. Values under 6 characters are too common to mask.</summary>
    public void Know(string? secret)
    {
        if (secret is { Length: >= 6 })
        {
            known.TryAdd(secret, 0);
        }
    }

    /// <summary>The text without secrets.</summary>
    public string Redact(string text)
    {
        foreach (var secret in known.Keys)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        // PostgreSQL text cannot hold NUL; nothing that people read needs it.
        text = text.Replace("\0", "", StringComparison.Ordinal);
        text = UrlLogin().Replace(text, $"$1{Mask}@");
        text = NamedSecret().Replace(text, $"$1{Mask}");
        text = Bearer().Replace(text, $"$1{Mask}");
        text = KnownShape().Replace(text, Mask);
        return PrivateKey().Replace(text, Mask);
    }

    // scheme://user:password@
    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]{1,20}://)[^\s/:@]{0,128}:[^\s/@]{1,256}@", RegexOptions.IgnoreCase)]
    private static partial Regex UrlLogin();

    // password=..., "api_key": "...", TOKEN: ...
    [GeneratedRegex("""((?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credentials?)["']?\s*[:=]\s*["']?)(?!\[redacted\])[^\s"',;&]{3,512}""", RegexOptions.IgnoreCase)]
    private static partial Regex NamedSecret();

    [GeneratedRegex(@"(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,2048}", RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    // GitHub (ghp_, gho_, ghs_, github_pat_), OpenAI and Anthropic (sk-), Slack (xox), AWS (AKIA), Telegram bots, JSON web tokens, Steward's own keys.
    [GeneratedRegex(@"\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|sk-[A-Za-z0-9_-]{16,255}|xox[abprs]-[A-Za-z0-9-]{10,255}|AKIA[0-9A-Z]{16}|\d{8,10}:AA[A-Za-z0-9_-]{30,40}|eyJ[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{4,1024}|stw_[A-Za-z0-9_-]{20,128})")]
    private static partial Regex KnownShape();

    [GeneratedRegex("-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.{0,16384}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)", RegexOptions.Singleline)]
    private static partial Regex PrivateKey();
}
