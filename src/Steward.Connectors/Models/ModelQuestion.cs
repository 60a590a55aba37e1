namespace Steward.Connectors.Models;

/// <summary>What a model is asked.</summary>
/// <param name="Instructions">What it is to do, in our words alone: the system prompt.</param>
/// <param name="Data">What it is to do it with. Text from outside was redacted by whoever wrote this.</param>
public sealed record ModelQuestion(string Instructions, string Data);

/// <summary>What a model answered. It is data: nobody has verified it, and it may say what the data made it say.</summary>
/// <param name="Model">Which model, in its provider's word where that is a name and nothing else, otherwise in the settings'.</param>
/// <param name="Text">Its words.</param>
/// <param name="IsWhole">False when it ran into the limit of its length.</param>
/// <param name="TokensIn">How many tokens were read, as the provider counts them: what is paid for.</param>
/// <param name="TokensOut">How many were written.</param>
public sealed record ModelAnswer(string Model, string Text, bool IsWhole, int TokensIn, int TokensOut)
{
    /// <summary>What that cost in dollars, at the prices of the settings; null where those say none.</summary>
    public double? Dollars { get; init; }
}
