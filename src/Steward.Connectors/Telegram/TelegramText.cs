using System.Text;
using System.Text.RegularExpressions;
using Steward.Kernel;

namespace Steward.Connectors.Telegram;

/// <summary>
/// Writes messages in Telegram's HTML. Text from outside can be neither markup nor a line of ours: it is escaped, values
/// stay on their line, and what hides or reorders text is taken out. It is cut before it is escaped, so no cut breaks a tag.
/// </summary>
internal static partial class TelegramText
{
    /// <summary>How long a message may be: 4096 UTF-16 units after its markup was read (Bot API, sendMessage).</summary>
    public const int Longest = 4096;

    // Together they leave room for a footer of a line and for something of the quotation.
    private const int LongestLine = 300;
    private const int MostFacts = 10;
    private const string Shortened = "\n(cut)";

    public static string Write(TelegramMessage message)
    {
        var lines = new List<(string Html, int Length)>
        {
            ($"<b>{Escape(message.Heading)}</b>", message.Heading.Length),
            Plain(Line(message.Title)),
        };
        foreach (var (name, value) in message.Facts.Where(fact => !string.IsNullOrWhiteSpace(fact.Value)).Take(MostFacts))
        {
            lines.Add(Plain($"{name}: {Line(value!)}"));
        }

        var room = Longest - lines.Sum(line => line.Length + 1) - message.Footer.Length - 1;
        var quote = room > Shortened.Length ? Hidden().Replace(message.Quote.ReplaceLineEndings("\n"), "").Trim().Cut(room, Shortened) : "";
        var text = new StringBuilder(string.Join('\n', lines.Select(line => line.Html)));
        if (quote.Length > 0)
        {
            text.Append("\n<blockquote>").Append(Escape(quote)).Append("</blockquote>");
        }

        return message.Footer.Length == 0 ? text.ToString() : text.Append('\n').Append(Escape(message.Footer)).ToString();
    }

    /// <summary>Text of at most so many characters for a toast, which knows no markup.</summary>
    public static string Toast(string text, int longest) => Blank().Replace(Hidden().Replace(text, ""), " ").Trim().Cut(longest, "...");

    private static (string Html, int Length) Plain(string text) => (Escape(text), text.Length);

    private static string Line(string text) => Toast(text, LongestLine);

    // The three that Telegram's HTML asks for; quotation marks stand in no attribute of ours.
    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blank();

    // Controls but line ends and tabs; what turns the direction of reading; what has no width, except the joiners of
    // emoji and of many scripts; the invisible tag characters.
    [GeneratedRegex(@"[\x00-\x08\x0B-\x1F\x7F-\x9F\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]|\uDB40[\uDC00-\uDC7F]", RegexOptions.CultureInvariant)]
    private static partial Regex Hidden();
}
