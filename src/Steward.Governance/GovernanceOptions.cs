namespace Steward.Governance;

/// <summary>Settings of the gate. Section <c>Governance</c>. What may be done is in the policy file, not here.</summary>
public sealed class GovernanceOptions
{
    /// <summary>The policy file; empty for <c>policy.yaml</c> in the data directory.</summary>
    public string PolicyFile { get; set; } = "";
}
