namespace Steward.Connectors.Railway;

/// <summary>How a deployment is, in our words. Railway's thirteen and its documents' ACTIVE become these.</summary>
public enum RailwayStatus
{
    /// <summary>Under way, in a word of Railway's that we do not know.</summary>
    InProgress,

    /// <summary>Waits for its turn (QUEUED, WAITING).</summary>
    Pending,

    /// <summary>Waits for a person on Railway's side (NEEDS_APPROVAL).</summary>
    NeedsApproval,

    /// <summary>Its image is being made (INITIALIZING, BUILDING).</summary>
    Building,

    /// <summary>Its container is being started (DEPLOYING).</summary>
    Deploying,

    /// <summary>It runs (SUCCESS; the design's ACTIVE is the same).</summary>
    Active,

    /// <summary>It is in place and stopped until a request comes (SLEEPING). Healthy.</summary>
    Sleeping,

    /// <summary>It was not built or did not start (FAILED).</summary>
    Failed,

    /// <summary>It ran, then its container died (CRASHED).</summary>
    Crashed,

    /// <summary>It was replaced or taken away, or is about to be (REMOVED, REMOVING).</summary>
    Removed,

    /// <summary>It was not deployed because nothing relevant had changed (SKIPPED).</summary>
    Skipped,
}
