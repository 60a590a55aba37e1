using System.Text.Json.Serialization;

namespace Steward.Operations.Causes;

/// <summary>What a log says about why something failed. The lines are data from outside; the sentences are ours.</summary>
/// <param name="Kind">What kind of cause it is.</param>
/// <param name="IsTransient">True when the same may well succeed if it is merely done again.</param>
/// <param name="Meaning">What it means, in a sentence.</param>
/// <param name="Advice">What to do about it, in a sentence.</param>
/// <param name="Lines">The lines that it was read from with a little around them, in their order, redacted, at most <see cref="LogReader.MaxLines"/>.</param>
public sealed record Cause(CauseKind Kind, bool IsTransient, string Meaning, string Advice, IReadOnlyList<string> Lines)
{
    /// <summary>What a model made of the lines, where one was asked and answered. Nobody has verified it and nothing acts on it.</summary>
    public ModelSummary? Summary { get; init; }

    /// <summary>The lines as one text.</summary>
    [JsonIgnore]
    public string Text => string.Join('\n', Lines);

    /// <summary>There was nothing to read.</summary>
    /// <param name="because">Why, for people.</param>
    public static Cause Unread(string because) => CauseRules.Unknown with { Lines = [$"({because})"] };
}

/// <summary>A model's words about a log.</summary>
/// <param name="Model">Which model.</param>
/// <param name="Text">What it wrote, redacted and cut.</param>
public sealed record ModelSummary(string Model, string Text);
