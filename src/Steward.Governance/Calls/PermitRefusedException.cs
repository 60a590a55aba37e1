namespace Steward.Governance.Calls;

/// <summary>
/// A permit was refused at redemption: used before, expired, for another call, or a stop or a new policy came between.
/// Nothing was sent. The refusal is in the audit log.
/// </summary>
public sealed class PermitRefusedException(string reason) : Exception($"The permit was refused: {reason}")
{
    /// <summary>Why.</summary>
    public string Reason { get; } = reason;
}
