using System.Text.RegularExpressions;
using Steward.Kernel;

namespace Steward.Operations.Causes;

/// <summary>Takes from a log what is for terminals and machines: colours, control characters, the time before each line.</summary>
internal static partial class LogText
{
    /// <summary>How many lines of a log are looked at: the last ones.</summary>
    public const int MaxLines = 2000;

    /// <summary>How much of a line is looked at.</summary>
    public const int MaxLine = 500;

    // Far more than the last lines need.
    private const int MaxText = 512 * 1024;

    /// <summary>The last lines of a text, without what only machines read. Empty ones are left out.</summary>
    public static IReadOnlyList<string> Lines(string text) =>
    [
        .. Colour().Replace(Tail(text), "").Split('\n').Select(Line).Where(line => line.Length > 0).TakeLast(MaxLines),
    ];

    /// <summary>A line no longer than is looked at.</summary>
    public static string Cut(string line) => line.Cut(MaxLine, "...");

    // It begins with a whole line: half a secret is not known for one.
    private static string Tail(string text)
    {
        if (text.Length <= MaxText)
        {
            return text;
        }

        var end = text.AsSpan(text.Length - MaxText);
        var first = end.IndexOf('\n');
        return first < 0 ? "" : end[(first + 1)..].ToString();
    }

    private static string Line(string raw)
    {
        // What a progress bar wrote over is gone from the screen, too.
        var shown = raw.TrimEnd('\r', ' ', '\t');
        shown = shown[(shown.LastIndexOf('\r') + 1)..];
        var line = Control().Replace(Clock().Replace(shown, ""), " ").TrimEnd();
        return Marker().Replace(line, "error: ");
    }

    // CSI and OSC sequences, and the two-byte ones (ECMA-48).
    [GeneratedRegex(@"\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]{0,500}(?:\x07|\x1B\\)|[@-Z\\-_])", RegexOptions.CultureInvariant)]
    private static partial Regex Colour();

    [GeneratedRegex(@"[\p{Cc}\p{Cf}-[\t]]", RegexOptions.CultureInvariant)]
    private static partial Regex Control();

    // GitHub's and Docker's times in ISO 8601, and BuildKit's step and seconds: "#12 3.456 ".
    [GeneratedRegex(@"^\uFEFF?(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]+)?(?:#\d{1,4} \d{1,6}\.\d{1,6} )?", RegexOptions.CultureInvariant)]
    private static partial Regex Clock();

    // How a job of GitHub Actions says "error".
    [GeneratedRegex(@"^(?:##\[error\]|::error(?: [^:]{0,300})?::)", RegexOptions.CultureInvariant)]
    private static partial Regex Marker();
}
