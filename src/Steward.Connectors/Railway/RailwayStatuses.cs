namespace Steward.Connectors.Railway;

/// <summary>What a <see cref="RailwayStatus"/> means, and which word of Railway's becomes which.</summary>
public static class RailwayStatuses
{
    /// <summary>True while it will still become something else by itself or by a person on Railway's side.</summary>
    public static bool IsUnderWay(this RailwayStatus status) => status
        is RailwayStatus.InProgress or RailwayStatus.Pending or RailwayStatus.NeedsApproval or RailwayStatus.Building or RailwayStatus.Deploying;

    /// <summary>True when it serves or would on the first request.</summary>
    public static bool IsHealthy(this RailwayStatus status) => status is RailwayStatus.Active or RailwayStatus.Sleeping;

    /// <summary>True when something went wrong with it.</summary>
    public static bool IsFailure(this RailwayStatus status) => status is RailwayStatus.Failed or RailwayStatus.Crashed;

    /// <summary>Reads Railway's word. An unknown one is under way: a deployment must neither fail nor be rolled back because Railway learned a word.</summary>
    /// <param name="word">The value of DeploymentStatus, as in the schema of Railway's command line tool 5.43.1.</param>
    /// <param name="isKnown">False for a word that is not in that schema.</param>
    internal static RailwayStatus Read(string word, out bool isKnown)
    {
        isKnown = true;
        switch (word)
        {
            case "QUEUED" or "WAITING":
                return RailwayStatus.Pending;
            case "NEEDS_APPROVAL":
                return RailwayStatus.NeedsApproval;
            case "INITIALIZING" or "BUILDING":
                return RailwayStatus.Building;
            case "DEPLOYING":
                return RailwayStatus.Deploying;
            case "SUCCESS" or "ACTIVE":
                return RailwayStatus.Active;
            case "SLEEPING":
                return RailwayStatus.Sleeping;
            case "FAILED":
                return RailwayStatus.Failed;
            case "CRASHED":
                return RailwayStatus.Crashed;
            case "REMOVED" or "REMOVING":
                return RailwayStatus.Removed;
            case "SKIPPED":
                return RailwayStatus.Skipped;
            default:
                isKnown = false;
                return RailwayStatus.InProgress;
        }
    }
}
