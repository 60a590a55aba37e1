using System.Text;
using System.Text.RegularExpressions;

namespace Steward.Simulation.Mail;

/// <summary>A letter that the mail server took.</summary>
/// <param name="From">Whom the envelope names as its sender.</param>
/// <param name="To">Whom the envelope names as its recipients.</param>
/// <param name="Raw">The letter as it came, without the dots that travel brought.</param>
/// <param name="WasEncrypted">True when it came over TLS.</param>
public sealed partial record SimulatedLetter(string From, IReadOnlyList<string> To, string Raw, bool WasEncrypted)
{
    private int EndOfHeaders => Raw.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var at && at < 0 ? Raw.Length : at;

    /// <summary>The names of its headers, in order.</summary>
    public IReadOnlyList<string> HeaderNames =>
        [.. Raw[..EndOfHeaders].Split("\r\n").Where(line => line.Length > 0 && line[0] is not (' ' or '\t')).Select(line => line.Split(':')[0])];

    /// <summary>Its subject as people read it.</summary>
    public string Subject => Encoded().Replace(Between().Replace(Header("Subject") ?? "", "=??="), word => Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups[1].Value))).Replace("=??=", "", StringComparison.Ordinal);

    /// <summary>Its text as people read it.</summary>
    public string Text => Encoding.UTF8.GetString(Convert.FromBase64String(Raw[EndOfHeaders..].ReplaceLineEndings("")));

    /// <summary>The first header of this name, unfolded; null when there is none.</summary>
    public string? Header(string name) => Raw[..EndOfHeaders].Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n")
        .FirstOrDefault(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    // White space between two encoded words is none (RFC 2047, 6.2).
    [GeneratedRegex(@"(?<=\?=)\s+(?==\?)")]
    private static partial Regex Between();

    [GeneratedRegex(@"=\?utf-8\?B\?([A-Za-z0-9+/=]*)\?=", RegexOptions.IgnoreCase)]
    private static partial Regex Encoded();
}
