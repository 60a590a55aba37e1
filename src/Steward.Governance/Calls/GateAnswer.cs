namespace Steward.Governance.Calls;

/// <summary>What the gate says to a call.</summary>
public abstract record GateAnswer
{
    private GateAnswer()
    {
    }

    /// <summary>Go ahead, once, now.</summary>
    public sealed record Permitted(Permit Permit) : GateAnswer;

    /// <summary>A person has to decide. The waiting work item is woken then.</summary>
    public sealed record Waiting(Guid ApprovalId, DateTimeOffset Until, string Reason) : GateAnswer;

    /// <summary>A kill switch is on. The waiting work item is woken when it is lifted.</summary>
    public sealed record Held(string Reason) : GateAnswer;

    /// <summary>No: by the policy, by a person, or because nobody decided in time.</summary>
    public sealed record Denied(string Reason) : GateAnswer;

    /// <summary>This execution was done before.</summary>
    public sealed record Done(string? Detail) : GateAnswer;

    /// <summary>
    /// This execution was begun before and its outcome was not written down: a crash, or a lost answer. Ask the provider
    /// whether it happened, then tell the gate with <see cref="Gate.ResolveAsync"/>.
    /// </summary>
    public sealed record OutcomeUnknown(Guid CallId, DateTimeOffset StartedAt) : GateAnswer;
}
