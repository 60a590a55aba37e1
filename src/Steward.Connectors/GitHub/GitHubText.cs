using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.GitHub;

/// <summary>Text as it goes to GitHub: redacted, cut to what GitHub takes, and marked so that it is found again.</summary>
internal static class GitHubText
{
    // GitHub takes 256 characters of title and 65 536 of body, as it says in its refusals; the marker and the note need room.
    private const int MaxTitle = 256;
    private const int MaxBody = 60_000;

    public static string Title(this Redactor redactor, string title) => redactor.Redact(title).Cut(MaxTitle, "...");

    /// <summary>The text with the hidden marker of its key at the end.</summary>
    public static string Marked(this Redactor redactor, string body, string key) =>
        $"{redactor.Redact(body).Cut(MaxBody, "\n\n(The rest was cut.)")}\n\n{Marker(key)}";

    /// <summary>The comment, invisible on the page, by which a text is found again. No key can end it early.</summary>
    public static string Marker(string key) => $"<!-- steward:{Uri.EscapeDataString(key)
        .Replace("%2F", "/", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal).Replace("--", "-%2D", StringComparison.Ordinal)} -->";

    /// <summary>True when the text is marked with the key. GitHub gives line ends back as it likes.</summary>
    public static bool IsMarked(string? body, string key) => body?.Contains(Marker(key), StringComparison.Ordinal) == true;

    /// <summary>True when GitHub holds this very text.</summary>
    public static bool IsSame(string? there, string sent) => there is not null
        && there.ReplaceLineEndings("\n").TrimEnd() == sent.ReplaceLineEndings("\n").TrimEnd();
}
