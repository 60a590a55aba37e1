namespace Steward.Kernel;

/// <summary>Words that stand for the values of an enumeration.</summary>
public static class Words
{
    /// <summary>Reads one word, of whatever case.</summary>
    /// <param name="text">The word.</param>
    /// <param name="value">What it stands for.</param>
    public static bool TryRead<T>(string? text, out T value)
        where T : struct, Enum
    {
        value = default;
        // Enum.TryParse would take numbers, too, and 'active, paused' for a value of its own.
        return text is { Length: > 0 } && char.IsAsciiLetter(text[0]) && text.All(char.IsAsciiLetterOrDigit) && Enum.TryParse(text, ignoreCase: true, out value);
    }
}
