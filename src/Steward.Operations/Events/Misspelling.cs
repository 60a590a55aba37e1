namespace Steward.Operations.Events;

/// <summary>Tells words that were meant from others. Pure.</summary>
internal static class Misspelling
{
    // One wrong letter of four makes another word: /shop, /step, /stats of a site are no commands.
    private const int ShortWord = 4;

    /// <summary>
    /// True for one of the words in whatever letters, with signs between its parts, or with one letter wrong, missing, too
    /// many, or in the place of its neighbour; of short words only the last.
    /// </summary>
    /// <param name="word">What was written.</param>
    /// <param name="words">What may have been meant, in small letters.</param>
    public static bool IsNear(string word, IEnumerable<string> words)
    {
#pragma warning disable CA1308 // The words are in lower case.
        var plain = word.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
#pragma warning restore CA1308
        return words.Any(meant => plain == meant || IsSwapped(plain, meant) || (meant.Length > ShortWord && IsOneOff(plain, meant)));
    }

    private static bool IsSwapped(string one, string other)
    {
        var at = one.AsSpan().CommonPrefixLength(other);
        return one.Length == other.Length && at + 1 < one.Length && one[at] == other[at + 1] && one[at + 1] == other[at] && one.AsSpan(at + 2).SequenceEqual(other.AsSpan(at + 2));
    }

    private static bool IsOneOff(string one, string other)
    {
        var at = one.AsSpan().CommonPrefixLength(other);
        return (one.Length - other.Length) switch
        {
            0 => at == one.Length || one.AsSpan(at + 1).SequenceEqual(other.AsSpan(at + 1)),
            1 => one.AsSpan(at + 1).SequenceEqual(other.AsSpan(at)),
            -1 => one.AsSpan(at).SequenceEqual(other.AsSpan(at + 1)),
            _ => false,
        };
    }
}
