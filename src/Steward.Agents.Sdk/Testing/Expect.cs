using Steward.Agents.Sdk.Trying;

namespace Steward.Agents.Sdk.Testing;

/// <summary>What a test says has to hold.</summary>
public static class Expect
{
    // A page, say, would hide what is said about it.
    private const int LongestShown = 500;

    /// <summary>The condition holds.</summary>
    /// <exception cref="ExpectationException">It does not.</exception>
    public static void That(bool condition, string what)
    {
        Trial.Ask();
        if (!condition)
        {
            throw new ExpectationException($"Expected that {what}.");
        }
    }

    /// <summary>Both are the same.</summary>
    /// <exception cref="ExpectationException">They are not.</exception>
    public static void Equal<T>(T expected, T actual)
    {
        Trial.Ask();
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new ExpectationException($"Expected '{Shown(expected)}' and got '{Shown(actual)}'.");
        }
    }

    /// <summary>The text is in the other one.</summary>
    /// <exception cref="ExpectationException">It is not.</exception>
    public static void Contains(string part, string? whole)
    {
        Trial.Ask();
        if (whole?.Contains(part, StringComparison.Ordinal) != true)
        {
            throw new ExpectationException($"Expected to find '{Shown(part)}' in '{Shown(whole)}'.");
        }
    }

    private static string Shown(object? value) => $"{value}" is { Length: > LongestShown } text ? $"{text[..LongestShown]} ... ({text.Length} characters)" : $"{value}";
}

/// <summary>What was expected is not so.</summary>
/// <param name="message">What was expected, and what is.</param>
public sealed class ExpectationException(string message) : Exception(message);
