namespace Steward.Operations.Deployments;

/// <summary>
/// The state machine of deployments, for states as polling and events really deliver them: some are skipped, some come
/// twice, some come late. Pure.
/// </summary>
public static class DeploymentLife
{
    /// <summary>Where a deployment is after the provider was seen to say <paramref name="seen"/>.</summary>
    /// <returns>The next state; the same one for a duplicate and for news that is older than what is known.</returns>
    public static DeploymentState Next(DeploymentState known, DeploymentState seen) => (known, seen) switch
    {
        // Our own states outrank the provider's: the bad deployment stays failed, or is removed, while we replace it.
        (DeploymentState.RollingBack or DeploymentState.RolledBack, _) => known,

        // Nothing follows on removal, and only removal on a failure.
        (DeploymentState.Removed, _) => known,
        (DeploymentState.Failed, DeploymentState.Removed) => seen,
        (DeploymentState.Failed, _) => known,

        // A crashed one may be restarted by the provider; it does not go back into its build.
        (DeploymentState.Crashed, DeploymentState.Active or DeploymentState.Removed) => seen,
        (DeploymentState.Crashed, _) => known,

        // One that serves can die or be replaced; word of its build or start is late.
        (DeploymentState.Active, DeploymentState.Failed or DeploymentState.Crashed or DeploymentState.Removed) => seen,
        (DeploymentState.Active, _) => known,

        // On the way up any later state may be the next one seen; an earlier one is late.
        _ => seen > known ? seen : known,
    };

    /// <summary>True for a state in which the provider is still at work.</summary>
    public static bool IsMoving(DeploymentState state) =>
        state is DeploymentState.Pending or DeploymentState.Building or DeploymentState.Deploying or DeploymentState.RollingBack;

    /// <summary>True for a deployment that will not serve any more by itself.</summary>
    public static bool IsBad(DeploymentState state) => state is DeploymentState.Failed or DeploymentState.Crashed;
}
