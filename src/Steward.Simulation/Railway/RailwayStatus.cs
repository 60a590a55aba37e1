namespace Steward.Simulation.Railway;

/// <summary>
/// Every value of Railway's DeploymentStatus, read from the schema in Railway's public command line tool, version 5.43.1.
/// There is no ACTIVE: an active deployment is the newest one that became <see cref="Success"/>.
/// </summary>
public static class RailwayStatus
{
    /// <summary>Waits for a place to build.</summary>
    public const string Queued = "QUEUED";

    /// <summary>Waits for something outside, such as checks of the commit.</summary>
    public const string Waiting = "WAITING";

    /// <summary>Is being prepared.</summary>
    public const string Initializing = "INITIALIZING";

    /// <summary>Its image is being built.</summary>
    public const string Building = "BUILDING";

    /// <summary>Its container is being started.</summary>
    public const string Deploying = "DEPLOYING";

    /// <summary>Runs and is active.</summary>
    public const string Success = "SUCCESS";

    /// <summary>Was not built or not started; it never replaced the one before it.</summary>
    public const string Failed = "FAILED";

    /// <summary>Had replaced the one before it, then its container died.</summary>
    public const string Crashed = "CRASHED";

    /// <summary>Was replaced by a newer one.</summary>
    public const string Removed = "REMOVED";

    /// <summary>Is being stopped.</summary>
    public const string Removing = "REMOVING";

    /// <summary>Is active and stopped until a request comes.</summary>
    public const string Sleeping = "SLEEPING";

    /// <summary>Was not deployed because nothing relevant had changed.</summary>
    public const string Skipped = "SKIPPED";

    /// <summary>Waits for a person on Railway's side.</summary>
    public const string NeedsApproval = "NEEDS_APPROVAL";
}
