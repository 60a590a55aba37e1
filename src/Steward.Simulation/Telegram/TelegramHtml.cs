using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Steward.Simulation.Telegram;

/// <summary>Reads the HTML that Telegram takes (Bot API, "HTML style"), as strictly as it does.</summary>
internal static partial class TelegramHtml
{
    private static readonly string[] Known = ["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "a", "tg-spoiler"];

    /// <summary>The text without markup, or why it cannot be read, in Telegram's words.</summary>
    public static (string Text, string? Fault) Read(string html)
    {
        var text = new StringBuilder();
        var open = new Stack<string>();
        var at = 0;
        while (at < html.Length)
        {
            if (html[at] != '<')
            {
                var next = html.IndexOf('<', at);
                text.Append(WebUtility.HtmlDecode(html[at..(next < 0 ? html.Length : next)]));
                at = next < 0 ? html.Length : next;
                continue;
            }

            if (Tag().Match(html, at) is not { Success: true } tag)
            {
                return ("", $"can't parse entities: Unsupported start tag \"\" at byte offset {at}");
            }

            var name = tag.Groups["name"].Value.ToLowerInvariant();
            if (tag.Groups["end"].Length > 0)
            {
                if (open.Count == 0 || open.Pop() != name)
                {
                    return ("", $"can't parse entities: Unexpected end tag at byte offset {at}");
                }
            }
            else if (!Known.Contains(name))
            {
                return ("", $"can't parse entities: Unsupported start tag \"{name}\" at byte offset {at}");
            }
            else
            {
                open.Push(name);
            }

            at += tag.Length;
        }

        return open.Count > 0
            ? ("", $"can't parse entities: Can't find end tag corresponding to start tag \"{open.Peek()}\"")
            : (text.ToString(), null);
    }

    [GeneratedRegex(@"\G<(?<end>/?)(?<name>[A-Za-z-]+)(?:\s[^<>]*)?>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
