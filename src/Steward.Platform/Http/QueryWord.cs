using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Platform.Http;

/// <summary>A word of a query string that must be one of an enumeration's.</summary>
public static class QueryWord
{
    /// <summary>Reads the word, absent or of whatever case. Null when it is sound, else the refusal that names the words there are.</summary>
    public static Refusal? Read<T>(string field, string? text, out T? word)
        where T : struct, Enum
    {
        word = null;
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (Words.TryRead<T>(text, out var value))
        {
            word = value;
            return null;
        }

        return Refusal.Invalid(field, $"'{field}' must be one of {string.Join(", ", Enum.GetValues<T>().Select(known => Row.EnumText(known)))}.");
    }
}
