using System.Diagnostics.CodeAnalysis;

namespace Steward.Connectors.Models;

/// <summary>What a provider counted: tokens that were read (cached and newly cached ones among them) and written.</summary>
internal sealed record ModelUsage(long In, long Out, long Cached, long Written);

/// <summary>One answer as it came, before anybody held it against the question.</summary>
/// <param name="Model">Who answered: the provider's word where it is a name, else ours.</param>
/// <param name="Text">The words.</param>
/// <param name="IsWhole">True when it ended of itself.</param>
/// <param name="IsRefusal">True when the model or its provider would not.</param>
/// <param name="StopReason">Why it ended, in the provider's word.</param>
/// <param name="Usage">What was counted; null where the provider does not count.</param>
internal sealed record ModelReading(string Model, string Text, bool IsWhole, bool IsRefusal, string? StopReason, ModelUsage? Usage)
{
    private const int LongestName = 100;

    public bool IsReplayed => Model.StartsWith(ModelAnswer.Replay, StringComparison.Ordinal);

    /// <summary>True for what may be shown outside of fences.</summary>
    public static bool IsName([NotNullWhen(true)] string? word) =>
        word is { Length: > 0 and <= LongestName } && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or ':' or '/' or '_');
}
