namespace Steward.Kernel;

/// <summary>Texts that have to fit.</summary>
public static class TextLength
{
    /// <summary>
    /// The text itself, or its beginning and the note, in at most so many UTF-16 units. It never ends with half a surrogate
    /// pair: no store keeps one, and no provider takes it. The note is not shortened.
    /// </summary>
    public static string Cut(this string text, int longest, string note = "")
    {
        if (text.Length <= longest)
        {
            return text;
        }

        var end = Math.Max(0, longest - note.Length);
        return text[..(end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + note;
    }
}
