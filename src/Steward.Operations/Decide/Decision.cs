namespace Steward.Operations.Decide;

/// <summary>What can be decided.</summary>
public enum DecisionKind
{
    /// <summary>Go back to a deployment that worked.</summary>
    RollBack,

    /// <summary>Open an issue with what is known.</summary>
    OpenIssue,

    /// <summary>Tell people at once.</summary>
    Alert,
}

/// <summary>One thing to do about a finding.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Priority">1 to 10, 10 first. The mission's figures: rollback 10, issue and alert 9.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Confidence">How sure it is that this is right, 0 to 1.</param>
/// <param name="Target">For a rollback: the deployment to go back to.</param>
/// <param name="TargetVersion">Its version.</param>
/// <param name="KnownGood">True when Steward itself saw the target serve well.</param>
public sealed record Decision(
    DecisionKind Kind, int Priority, string Reason, double Confidence, string? Target = null, string? TargetVersion = null, bool KnownGood = false);

/// <summary>Trouble, and what to do about it.</summary>
/// <param name="Cause">What it is about, uniquely.</param>
/// <param name="Kind">What kind of trouble it is.</param>
/// <param name="Severity"><c>high</c> when nothing good serves, <c>medium</c> otherwise.</param>
/// <param name="Summary">One sentence for people.</param>
/// <param name="Evidence">What it rests on.</param>
/// <param name="HappenedAt">When it happened, by the provider's clock.</param>
/// <param name="Decisions">What to do, first things first.</param>
public sealed record Diagnosis(
    string Cause, Findings.FindingKind Kind, string Severity, string Summary, IReadOnlyList<string> Evidence, DateTimeOffset HappenedAt, IReadOnlyList<Decision> Decisions);
