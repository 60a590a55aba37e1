namespace Steward.Platform.Work;

/// <summary>Where a work item is in its life.</summary>
public enum WorkState
{
    /// <summary>Waits for its due time.</summary>
    Pending,

    /// <summary>A node holds its lease.</summary>
    Running,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Ended with a refusal that no repeat would change. Not for a person to re-drive as it is.</summary>
    Failed,

    /// <summary>Given up after its attempts: a dead letter, to be inspected, re-driven or dropped by a person.</summary>
    Dead,

    /// <summary>Called off before it finished.</summary>
    Cancelled,
}
