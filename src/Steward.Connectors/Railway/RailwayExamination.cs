namespace Steward.Connectors.Railway;

/// <summary>Whether Steward can work with an environment on Railway as it is set up.</summary>
/// <param name="Environment">The environment's name in the settings.</param>
/// <param name="Token">What became of the token.</param>
/// <param name="TokenKind">Whose token it is, as far as Railway accepts it; null when it is not known.</param>
/// <param name="EnvironmentVisible">Whether the token reaches the environment; null when that was not asked.</param>
/// <param name="ProjectVisible">Whether the token reaches the project; null when that was not asked.</param>
/// <param name="ClockAheadSeconds">How far this machine's clock is ahead of Railway's, negative when it is behind; null when it is not known.</param>
/// <param name="Missing">Settings that are not said, with what does not work without them.</param>
/// <param name="Problems">What is wrong and what to do about it.</param>
public sealed record RailwayExamination(
    string Environment, RailwayTokenFinding Token, RailwayTokenKind? TokenKind, bool? EnvironmentVisible, bool? ProjectVisible,
    double? ClockAheadSeconds, IReadOnlyList<string> Missing, IReadOnlyList<string> Problems)
{
    /// <summary>True when Steward can watch the environment and act on it.</summary>
    public bool IsWell => Token == RailwayTokenFinding.Accepted && EnvironmentVisible == true && Problems.Count == 0;
}
