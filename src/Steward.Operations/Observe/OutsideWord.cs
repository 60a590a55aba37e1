using System.Text;

namespace Steward.Operations.Observe;

/// <summary>A name that somebody outside chose, as it may stand in our sentences.</summary>
internal static class OutsideWord
{
    private const int Longest = 80;

    /// <summary>The name in quotes, without what could be taken for anything else: no markup, no mentions, no links, one line, at most 80 characters.</summary>
    public static string Quote(string name)
    {
        var word = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            word.Append(Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '.' or '(' or ')' or '/' or ',' or '+' ? rune.ToString() : "?");
            if (word.Length >= Longest)
            {
                word.Append("...");
                break;
            }
        }

        return $"'{word}'";
    }

    /// <summary>An address of a page that may be shown; null for anything that is none.</summary>
    public static string? Page(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var page) && page.Scheme is "https" or "http" && page.UserInfo.Length == 0 ? page.AbsoluteUri : null;
}
