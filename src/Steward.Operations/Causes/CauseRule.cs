using System.Text.RegularExpressions;

namespace Steward.Operations.Causes;

/// <summary>One thing that logs say when something fails, and what it means.</summary>
internal sealed class CauseRule
{
    private readonly Regex says;
    private readonly Regex? unless;

    /// <param name="kind">What kind of cause it is.</param>
    /// <param name="meaning">What it means.</param>
    /// <param name="advice">What to do.</param>
    /// <param name="says">What a line says then.</param>
    /// <param name="unless">What it must not say.</param>
    public CauseRule(CauseKind kind, string meaning, string advice, string says, string? unless = null) =>
        (Kind, Meaning, Advice, this.says, this.unless) = (kind, meaning, advice, Pattern(says), unless is null ? null : Pattern(unless));

    public CauseKind Kind { get; }

    public string Meaning { get; }

    public string Advice { get; }

    /// <summary>Doing the same again may help.</summary>
    public bool IsTransient { get; init; }

    /// <summary>It is what one sees of another cause: where a mere warning tells of that one, that one counts.</summary>
    public bool IsEffect { get; init; }

    public bool Fits(string line) => says.IsMatch(line) && unless?.IsMatch(line) != true;

    public Cause With(IReadOnlyList<string> lines) => new(Kind, IsTransient, Meaning, Advice, lines);

    /// <summary>A pattern for lines from outside: whatever they hold, the time is linear in their length.</summary>
    public static Regex Pattern(string pattern) =>
        new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);
}
