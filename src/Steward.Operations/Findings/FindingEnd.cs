namespace Steward.Operations.Findings;

/// <summary>How a finding ends that was not seen to be over.</summary>
public enum FindingEnd
{
    /// <summary>Its service is left alone, or is not there any more: when the same is seen once more, it is found anew.</summary>
    OutOfSight,

    /// <summary>A person said that it is over: what had happened by then is not found again.</summary>
    ByPerson,
}
