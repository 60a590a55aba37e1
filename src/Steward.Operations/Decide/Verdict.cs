namespace Steward.Operations.Decide;

/// <summary>What the deciders say of one thing that they looked at.</summary>
public abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>Something is wrong, or wants a decision. Said as long as it lasts; it is acted on once.</summary>
    public sealed record Trouble(Diagnosis Diagnosis) : Verdict;

    /// <summary>What was wrong is not any more: an open finding of this fingerprint ends.</summary>
    public sealed record Over(string Fingerprint, string Outcome) : Verdict
    {
        /// <summary>How it ends. People who heard of trouble hear that they have recovered from it; what was no trouble is merely closed.</summary>
        public Findings.FindingState State { get; init; } = Findings.FindingState.Recovered;

        /// <summary>How it ends where it was not seen to be over; null where it was.</summary>
        public Findings.FindingEnd? End { get; init; }

        /// <summary>True when what a person may have allowed about it is not done: whoever said yes hears that.</summary>
        public bool IsCalledOff { get; init; }

        /// <summary>True when somebody replaced what failed by what had served before it: what failed is still to be mended.</summary>
        public bool IsUndone { get; init; }

        /// <summary>True when the deployment that it is about was seen to answer well itself: it is trusted again, whatever its verification said.</summary>
        public bool IsTrusted { get; init; }
    }
}
