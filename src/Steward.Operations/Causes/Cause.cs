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
    /// <summary>What a model made of <see cref="Lines"/>, and of nothing else; null where none was to be asked, or not yet.</summary>
    public ModelSummary? Summary { get; init; }

    /// <summary>The lines as one text.</summary>
    [JsonIgnore]
    public string Text => string.Join('\n', Lines);

    /// <summary>True when there was a log to read.</summary>
    public bool WasRead { get; init; } = true;

    /// <summary>There was nothing to read.</summary>
    /// <param name="because">Why, for people.</param>
    public static Cause Unread(string because) => CauseRules.Unknown with { Lines = [$"({because})"], WasRead = false };
}

/// <summary>A model's words about the lines of a log: data from outside, like these. Nothing acts on them.</summary>
/// <param name="Model">Which model.</param>
/// <param name="Text">What it wrote, redacted and cut; null where there is no answer.</param>
/// <param name="Missing">Why there is no answer, for people; null where there is one.</param>
public sealed record ModelSummary(string Model, string? Text, string? Missing = null)
{
    /// <summary>False: nobody looks whether it is true. It is here for whoever reads it without these words.</summary>
    public bool IsVerified { get; }
}
