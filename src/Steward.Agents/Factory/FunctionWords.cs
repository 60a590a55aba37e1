using System.Text.RegularExpressions;

namespace Steward.Agents.Factory;

/// <summary>
/// In which language of Latin letters a text is, by the small words that each of them is full of: enough to see that an answer is in another
/// language than the wish, and silent where it cannot be told. Pure.
/// </summary>
internal static partial class FunctionWords
{
    // Among the most frequent words of each language. What several share counts for each, and decides nothing by itself.
    private static readonly (string Language, HashSet<string> Words)[] Languages =
    [
        ("English", Words("the and when of is are it to with me tell every that this not from each if at for on in than has have was send or an")),
        ("Spanish", Words("el la los las una un y cuando que es son con por para cada si no del al su más mi me lo se en de cuántas avísame mándame todos o")),
        ("French", Words("le la les des une un et quand que est sont avec par pour chaque si ne pas du au aux sa son mes moi je dans sur plus de qui ou en")),
        ("German", Words("der die das und wenn ist sind mit von für jeden jede nicht ein eine einen im am zu zum auf mir ich wird es den dem des als oder um bei")),
        ("Portuguese", Words("o os as uma um e quando que é são com por para cada se não do da dos das no na ao mais meu minha me em de todos ou")),
        ("Italian", Words("il lo la gli le una un e quando che è sono con per ogni se non del della dei al alla più mio mia mi in di da ho o nel")),
        ("Dutch", Words("de het een en wanneer als is zijn met van voor elke elk niet op in mij ik dat die meer dan om bij of naar te aan")),
    ];

    private const int Least = 3;

    /// <summary>The language of a text; null where too few of its words tell, or those of two languages do.</summary>
    public static string? Of(string text)
    {
        var words = Word().Matches(text.ToLowerInvariant()).Select(match => match.Value).ToList();
        var ranked = Languages.Select(one => (one.Language, Count: words.Count(one.Words.Contains))).OrderByDescending(one => one.Count).ToList();
        return ranked[0].Count >= Least && ranked[0].Count >= 2 * ranked[1].Count ? ranked[0].Language : null;
    }

    private static HashSet<string> Words(string text) => [.. text.Split(' ')];

    [GeneratedRegex(@"\p{L}+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
