using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Agents.Sharing;

/// <summary>Tells which values of settings are secrets, and so never leave in a file. In doubt one is: its owner can set it again.</summary>
internal static class SecretSettings
{
    private const int ShortestToken = 16;

    // Beside those that the redactor knows: what a parameter of an address is called that lets its bearer in.
    private static readonly HashSet<string> Keys = new(["key", "sig", "auth", "sid", "session", "hmac", "jwt", "otp"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a setting's value is a secret, or holds one.</summary>
    public static bool Holds(Redactor redactor, string name, JsonElement value)
    {
        var texts = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(item => item.ToString()).ToList() : [value.ToString()];
        if (texts.All(text => text.Length == 0))
        {
            return false;
        }

        var shown = new JsonObject { [name] = JsonNode.Parse(value.GetRawText()) };
        return !JsonNode.DeepEquals(shown, redactor.Redact(shown)) || texts.Any(IsSecretAddress);
    }

    /// <summary>The settings as JSON, with a mark in place of each value that is a secret.</summary>
    public static string Hidden(Redactor redactor, IReadOnlyDictionary<string, JsonElement> settings) =>
        Json.Write(settings.ToDictionary(setting => setting.Key, setting => Holds(redactor, setting.Key, setting.Value) ? JsonSerializer.SerializeToElement(Redactor.Mask) : setting.Value));

    private static bool IsSecretAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && (url.AbsolutePath.Split('/').Any(part => IsRandom(Uri.UnescapeDataString(part))) || Parameters(url.Query).Concat(Parameters(url.Fragment)).Any(one => (one.Value.Length > 0 && Keys.Contains(one.Name)) || IsRandom(one.Value)));

    private static IEnumerable<(string Name, string Value)> Parameters(string query) => query.TrimStart('?', '#').Split('&', ';').Select(pair => pair.Split('=', 2)).Select(pair =>
        pair.Length == 2 ? (Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1])) : ("", Uri.UnescapeDataString(pair[0])));

    // Words change between small letters, capitals and digits seldom; tokens and ids do at every third or second place.
    private static bool IsRandom(string text)
    {
        var letters = text.Where(char.IsAsciiLetterOrDigit).ToList();
        var changes = letters.Zip(letters.Skip(1)).Count(pair => char.IsAsciiDigit(pair.First) != char.IsAsciiDigit(pair.Second) || (char.IsAsciiLetterLower(pair.First) && char.IsAsciiLetterUpper(pair.Second)));
        return letters.Count >= ShortestToken && !text.Any(char.IsWhiteSpace) && changes * 4 >= letters.Count;
    }
}
