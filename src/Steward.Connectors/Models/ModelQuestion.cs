using System.Text.Json.Nodes;

namespace Steward.Connectors.Models;

/// <summary>What a model is asked.</summary>
/// <param name="Instructions">What it is to do, in our words alone: the system prompt.</param>
/// <param name="Data">What it is to do it with: the user's turn. Text from outside was redacted by whoever wrote this.</param>
public sealed record ModelQuestion(string Instructions, string Data)
{
    /// <summary>
    /// What stands before the instructions and is the same for many questions, in Steward's own English: what providers keep, so
    /// nothing that changes belongs into it. Empty where the instructions themselves are always the same.
    /// </summary>
    public string Guide { get; init; } = "";

    /// <summary>What the answer is for.</summary>
    public ModelTask Task { get; init; }

    /// <summary>How long the answer may be, in tokens, 1 or more; null for the settings'.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The JSON schema that the answer has to be, an object's; null for words. The answer's text is then the JSON alone.</summary>
    public JsonObject? Schema { get; init; }

    /// <summary>To whom it is accounted, <c>agent:NAME</c> or <c>build:ID</c>; null for Steward itself.</summary>
    public string? For { get; init; }

    /// <summary>What whoever it is for may cost in all, in dollars, this question included; null for no bound beside the settings'. It holds where prices are known.</summary>
    public double? Within { get; init; }

    internal string System => Guide + Instructions;
}

/// <summary>What a model answered. It is data: nobody has verified it, and it may say what the data made it say.</summary>
/// <param name="Model">Which model, in its provider's word where that is a name and nothing else, otherwise in the settings'.</param>
/// <param name="Text">Its words.</param>
/// <param name="IsWhole">False when it did not come to its end: the limit of its length, mostly.</param>
/// <param name="TokensIn">How many tokens were read, cached ones included, as the provider counts them: what is paid for. Over all attempts that were answered.</param>
/// <param name="TokensOut">How many were written.</param>
public sealed record ModelAnswer(string Model, string Text, bool IsWhole, int TokensIn, int TokensOut)
{
    /// <summary>What a recorded answer's model begins with.</summary>
    public const string Replay = "replay:";

    /// <summary>What that cost in dollars, at the prices of the day; null where nobody knows them, or nothing is paid.</summary>
    public double? Dollars { get; init; }

    /// <summary>How many of the tokens that were read came from the provider's cache.</summary>
    public int CachedTokensIn { get; init; }

    /// <summary>Why it ended, in the provider's word: <c>end_turn</c>, <c>stop</c>, <c>max_tokens</c>, <c>length</c>.</summary>
    public string? StopReason { get; init; }

    /// <summary>True when it was recorded earlier and no model was asked.</summary>
    public bool IsReplayed { get; init; }
}
