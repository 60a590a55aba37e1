using System.Text;
using System.Text.RegularExpressions;

namespace Steward.Agents.Factory;

/// <summary>In which letters people write, and whether an answer is in the language of the wish as far as letters and small words tell. Pure.</summary>
internal static partial class Script
{
    // Blocks of the Unicode standard. Han stands with the scripts of Japan, which mix them.
    private static readonly (string Name, (int First, int Last)[] Blocks)[] Scripts =
    [
        ("Hebrew", [(0x0590, 0x05FF)]),
        ("Arabic", [(0x0600, 0x06FF), (0x0750, 0x077F)]),
        ("Cyrillic", [(0x0400, 0x052F)]),
        ("Greek", [(0x0370, 0x03FF)]),
        ("Devanagari", [(0x0900, 0x097F)]),
        ("Thai", [(0x0E00, 0x0E7F)]),
        ("Korean", [(0xAC00, 0xD7AF), (0x1100, 0x11FF)]),
        ("Chinese or Japanese", [(0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF)]),
    ];

    // Names of firms and things may be most of a short sentence.
    private const int Share = 8;

    /// <summary>The script of most of a text's letters; null when that is Latin, or one that is not known here, or there are none.</summary>
    public static string? Of(string text)
    {
        text = Own(text);
        var letters = text.EnumerateRunes().Count(Rune.IsLetter);
        return Scripts.FirstOrDefault(script => letters > 0 && 2 * Count(text, script.Blocks) > letters).Name;
    }

    /// <summary>What is wrong with an answer to a wish: next to none of its letters are of the wish's script, or its words are another language's; null when nothing is.</summary>
    public static string? Fault(string wish, string answer)
    {
        var own = Own(answer);
        if (Of(wish) is { } script)
        {
            return Share * Count(own, Array.Find(Scripts, one => one.Name == script).Blocks) <= own.EnumerateRunes().Count(Rune.IsLetter)
                ? $"The wish is in {script} letters and the answer to its person is not." : null;
        }

        return FunctionWords.Of(Own(wish)) is { } wished && FunctionWords.Of(own) is { } answered && wished != answered
            ? $"The wish is in {wished} and the answer to its person is in {answered}." : null;
    }

    // What is quoted is somebody else's words; where nothing else has letters, it is the text.
    private static string Own(string text)
    {
        text = Address().Replace(text, "");
        var own = Quotation().Replace(text, " ");
        return own.EnumerateRunes().Any(Rune.IsLetter) ? own : text;
    }

    // Marks that open and close alike stand outside of words: inside they are apostrophes, or Hebrew abbreviations.
    [GeneratedRegex("(?<![\\p{L}\\p{N}])(?:\"[^\"]+\"|'[^']+'|`[^`]+`)(?![\\p{L}\\p{N}])|[“„”][^“„”]+[“”]|[‘‚][^‘‚’]+[‘’](?!\\p{L})|«[^«»]+»|»[^«»]+«|‹[^‹›]+›|「[^「」]+」|『[^『』]+』|《[^《》]+》", RegexOptions.CultureInvariant)]
    private static partial Regex Quotation();

    // Names of hosts, pages and mailboxes are Latin in every language.
    [GeneratedRegex(@"[A-Za-z0-9_-]+(?:[./:@]+[A-Za-z0-9_-]+)+", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    private static int Count(string text, (int First, int Last)[] blocks) => text.EnumerateRunes().Count(rune => Array.Exists(blocks, block => rune.Value >= block.First && rune.Value <= block.Last));
}
