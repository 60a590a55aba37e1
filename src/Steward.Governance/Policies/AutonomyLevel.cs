namespace Steward.Governance.Policies;

/// <summary>How much Steward may do without a person. Ordered: each level includes the one before.</summary>
public enum AutonomyLevel
{
    /// <summary>Look and warn; everything else needs a person.</summary>
    Manual,

    /// <summary>Also what leaves services as they are: issues, comments, branches, pull requests.</summary>
    Supervised,

    /// <summary>Also what can be undone, such as a rollback to a deployment known good.</summary>
    Autonomous,
}
