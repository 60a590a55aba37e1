// The shapes of secrets are those of the server's log: its file is compiled into this program as well, and this is what it is asked here.
namespace Steward.Platform.Telemetry;

/// <summary>How secrets look.</summary>
public sealed partial class Redactor
{
    private const int ShortestKey = 8;

    /// <summary>What in a text is a secret by its look alone; null when nothing is.</summary>
    internal static string? SecretIn(string text)
    {
        if (PrivateKey().Match(text) is { Success: true } key)
        {
            return key.Value;
        }

        if (HookAddress().Match(text) is { Success: true } hook)
        {
            return hook.Value;
        }

        // Words that follow "Bearer", or begin like a key, hold no digits.
        return KnownShape().Matches(text).Concat(Bearer().Matches(text)).Select(match => match.Groups.Count > 1 && match.Groups[1].Length > 0 ? match.Value[match.Groups[1].Length..] : match.Value)
            .FirstOrDefault(value => value.Length >= ShortestKey && value.Any(char.IsAsciiDigit) && value.Any(char.IsAsciiLetter));
    }

    /// <summary>A user and a password in an address; null when there is none.</summary>
    internal static string? LoginIn(string text) => UrlLogin().Match(text) is { Success: true } login ? login.Value : null;

    /// <summary>Whether a name says that what it names is secret.</summary>
    internal static bool NamesSecret(string name) => SecretMember().IsMatch(name);

    /// <summary>What stands behind names of secrets in a text, such as a connection string or JSON.</summary>
    internal static IEnumerable<string> NamedIn(string text) => NamedSecret().Matches(text).Select(match => match.Value[match.Groups[1].Length..]);
}
