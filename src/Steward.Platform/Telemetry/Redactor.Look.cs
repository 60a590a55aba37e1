namespace Steward.Platform.Telemetry;

// What is a secret by its look alone. The program that checks agents asks the same: what one lets pass, the other must not hold back.
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
            .FirstOrDefault(value => value.Length >= ShortestKey && ((value.Any(char.IsAsciiDigit) && value.Any(char.IsAsciiLetter)) || IsLogin(value)));
    }

    /// <summary>A user and a password in an address; null when there is none.</summary>
    internal static string? LoginIn(string text) => UrlLogin().Match(text) is { Success: true } login ? login.Value : null;

    // user:password in base64, as it stands behind "Basic", may have no digit.
    private static bool IsLogin(string value)
    {
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value, bytes, out var length) && bytes.AsSpan(0, length).Contains((byte)':') && !bytes.AsSpan(0, length).ContainsAnyExceptInRange((byte)' ', (byte)'~');
    }
}
