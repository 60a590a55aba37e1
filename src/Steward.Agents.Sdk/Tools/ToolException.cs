namespace Steward.Agents.Sdk.Tools;

/// <summary>A tool was refused or failed. An agent that does not catch it fails with its message.</summary>
/// <param name="code">Why, as a stable word.</param>
/// <param name="message">For people.</param>
public sealed class ToolException(string code, string message) : Exception(message)
{
    /// <summary>
    /// Why, as a stable word: <c>not-declared</c>, <c>refused</c> (by the policy), <c>too-many</c> (calls), <c>invalid</c>
    /// (arguments), <c>not-found</c>, <c>too-large</c>, <c>unreachable</c>, <c>certificate</c> (of a web server, which does not hold), <c>timeout</c>, <c>private-address</c>, <c>not-set-up</c>, <c>failed</c>.
    /// </summary>
    public string Code { get; } = code;
}
