namespace Steward.Operations.Decide;

/// <summary>What can be decided.</summary>
public enum DecisionKind
{
    /// <summary>Go back to a deployment that worked.</summary>
    RollBack,

    /// <summary>Start a crashed deployment once more.</summary>
    Restart,

    /// <summary>Read why a run failed; run it again when the cause is transient, else open an issue and tell people.</summary>
    MendRun,

    /// <summary>Propose to merge a pull request.</summary>
    Merge,

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
/// <param name="Target">For a rollback: the deployment to go back to. For a merge: the commit that was checked. For a run: its number.</param>
/// <param name="TargetVersion">Its version.</param>
/// <param name="KnownGood">True when Steward itself saw the target serve well.</param>
/// <param name="Past">A newer deployment that does not arrive, so that it does not call this off; null where there is none.</param>
public sealed record Decision(
    DecisionKind Kind, int Priority, string Reason, double Confidence, string? Target = null, string? TargetVersion = null, bool KnownGood = false,
    string? Past = null);

/// <summary>Trouble, and what to do about it.</summary>
/// <param name="Cause">This one occurrence, uniquely.</param>
/// <param name="Kind">What kind of trouble it is.</param>
/// <param name="Service">What it is about, in the words of people, the policy and stops.</param>
/// <param name="ServiceId">The key of the service where it is about one.</param>
/// <param name="Subject">What is at fault: <c>deployment/7f3c</c>.</param>
/// <param name="Severity"><c>high</c> when nothing good serves, <c>medium</c> otherwise, <c>low</c> when nothing is wrong.</param>
/// <param name="Summary">One sentence for people.</param>
/// <param name="Evidence">What it rests on.</param>
/// <param name="HappenedAt">When it happened, by the provider's clock.</param>
/// <param name="Decisions">What to do, first things first.</param>
public sealed record Diagnosis(
    string Cause, Findings.FindingKind Kind, string Service, string? ServiceId, string Subject, string Severity, string Summary,
    IReadOnlyList<string> Evidence, DateTimeOffset HappenedAt, IReadOnlyList<Decision> Decisions)
{
    /// <summary>What it is about, whenever it occurs. Its own cause where it cannot occur again.</summary>
    public string Fingerprint { get; init; } = Cause;

    /// <summary>Another cause that makes this one needless once it was found, whatever has become of it. A look may be older than what was done meanwhile.</summary>
    public string? Unless { get; init; }

    /// <summary>A page at the provider with more.</summary>
    public string? Link { get; init; }

    /// <summary>What to do when it occurs once more while it is open.</summary>
    public IReadOnlyList<Decision> Again { get; init; } = [];

    /// <summary>How long after its end another one of the fingerprint is not opened; if it still lasts then, it is.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.Zero;
}
