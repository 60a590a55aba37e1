namespace Steward.Governance.Calls;

/// <summary>A call that somebody wants to make, and why.</summary>
/// <param name="Key">
/// What this is the one execution of, such as <c>deployment-failed/7f3c/rollback</c>. Asking again with the same key is
/// asking about the same execution, also after a crash.
/// </param>
/// <param name="Actor">Who wants it.</param>
/// <param name="Call">The call, exactly.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="CorrelationId">Ties together everything that follows from one cause.</param>
public sealed record CallRequest(string Key, Actor Actor, Call Call, string Reason, string CorrelationId)
{
    /// <summary>The fact that a person asked for exactly this, in so many words.</summary>
    public const string AskedByAPerson = "asked-by-a-person";

    /// <summary>What the reason rests on, for people; redacted before it is stored.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>How sure the actor is that this is right, 0 to 1.</summary>
    public double Confidence { get; init; } = 1;

    /// <summary>What the actor has established about the call and a policy rule may demand, such as <c>known-good</c>.</summary>
    public IReadOnlySet<string> Facts { get; init; } = new HashSet<string>();

    /// <summary>True when <see cref="AskedByAPerson"/> is among the facts: the limits of an hour bound what happens without a person, so they neither hold nor count it.</summary>
    internal bool IsAsked => Facts.Contains(AskedByAPerson);

    /// <summary>The work item that waits for the answer; it is woken when a person decides or a stop is lifted.</summary>
    public Guid? WaitingWork { get; init; }

    /// <summary>For what a direct call is asked for (<see cref="CallOccasion.Name"/>); null where its key says it all.</summary>
    internal string? Occasion { get; init; }
}
