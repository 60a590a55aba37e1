namespace Steward.Connectors.N8n;

/// <summary>Something that the API's key may or may not do.</summary>
/// <param name="Name">n8n's name of it, such as <c>workflow:create</c>.</param>
/// <param name="Purpose">What Steward needs it for; null where it needs it for nothing.</param>
/// <param name="Granted">Whether the key may do it; null when it cannot be known without trying.</param>
public sealed record N8nScope(string Name, string? Purpose, bool? Granted);

/// <summary>Whether Steward can work with n8n as it is set up.</summary>
/// <param name="Address">Where n8n is looked for; null when that is not set.</param>
/// <param name="Reachable">Whether something answers there as n8n does; null when that was not asked.</param>
/// <param name="Version">n8n's version, as its editor's page tells it; null when it does not.</param>
/// <param name="KeyAccepted">Whether the API takes the key; null when that was not asked.</param>
/// <param name="KeyExpiresAt">When the key ends; null when it does not, or does not tell.</param>
/// <param name="Scopes">What Steward needs the key for, and what the key may do beyond that.</param>
/// <param name="ClockAheadSeconds">How far this machine's clock is ahead of n8n's, to the second, negative when it is behind; null when it is not known.</param>
/// <param name="AlertWebhookLive">Whether n8n listens at the alerts' webhook; null when there is none, or it cannot be known.</param>
/// <param name="Problems">What is wrong and what to do about it.</param>
public sealed record N8nExamination(
    string? Address, bool? Reachable, string? Version, bool? KeyAccepted, DateTimeOffset? KeyExpiresAt, IReadOnlyList<N8nScope> Scopes,
    double? ClockAheadSeconds, bool? AlertWebhookLive, IReadOnlyList<string> Problems)
{
    /// <summary>True when n8n is set up and nothing is wrong.</summary>
    public bool IsWell => Reachable == true && KeyAccepted == true && Problems.Count == 0;
}
