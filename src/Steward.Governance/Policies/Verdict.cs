namespace Steward.Governance.Policies;

/// <summary>What the policy says to a call, before anybody acts on it.</summary>
public abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>Allowed without a person.</summary>
    public sealed record Allow(string Rule, string Because, bool Guarded) : Verdict;

    /// <summary>A person has to decide.</summary>
    public sealed record Approve(string Rule, string Because) : Verdict;

    /// <summary>Never.</summary>
    public sealed record Deny(string Rule, string Because) : Verdict;

    /// <summary>Not while a kill switch is on.</summary>
    public sealed record Hold(string Because) : Verdict;
}

/// <summary>What <see cref="Judge"/> needs to know beside the call and the policy.</summary>
/// <param name="Stop">Why a kill switch that covers the call is on; null when none is.</param>
/// <param name="Elevated">The level to which a person has lifted the actor for this target; null when none has.</param>
/// <param name="ActionsLastHour">Guarded calls permitted in the last hour, without those that a person asked for: of those that change a service for a call that does, of the others for another.</param>
/// <param name="ServicesLastHour">Services changed in the last hour.</param>
public sealed record GateFacts(string? Stop, AutonomyLevel? Elevated, int ActionsLastHour, IReadOnlySet<string> ServicesLastHour);
