using Steward.Connectors.Railway;
using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Observe;

namespace Steward.Operations.Act;

/// <summary>
/// Which deployment a rollback made. The provider only says that it accepted one, and whoever pushes meanwhile makes others:
/// ours is of the target's version. Pure.
/// </summary>
internal static class Replacement
{
    /// <summary>What a rollback is called as the reason of a deployment, in the provider's word.</summary>
    private const string Reason = "rollback";

    /// <summary>The deployment that the rollback made; null when it is not among those that came after the failed one.</summary>
    /// <param name="after">The deployments that came after the failed one.</param>
    /// <param name="decision">The decision to roll back.</param>
    public static RailwayDeployment? Of(IEnumerable<RailwayDeployment> after, Decision decision) => after
        .Where(one => one.Id != decision.Past && (decision.TargetVersion is null || one.Version is null || one.Version == decision.TargetVersion))
        .OrderByDescending(one => one.Version == decision.TargetVersion)
        .ThenByDescending(one => one.Reason == Reason)
        .ThenBy(IsRemoved)
        .ThenBy(one => one.CreatedAt)
        .FirstOrDefault();

    /// <summary>True for a deployment that was called off, skipped or replaced.</summary>
    public static bool IsRemoved(RailwayDeployment deployment) => Observer.Translate(deployment).State == DeploymentState.Removed;

    /// <summary>True for a deployment that does not serve yet.</summary>
    public static bool IsOnItsWay(RailwayDeployment deployment) => DeploymentLife.IsMoving(Observer.Translate(deployment).State);

    /// <summary>
    /// True for a deployment that may serve yet, or be called off, or fail: before that is known nothing is done in its place, and
    /// nothing is given up. One that takes longer than the patience with deployments is not waited for.
    /// </summary>
    public static bool IsAwaited(RailwayDeployment deployment, TimeSpan patience, DateTimeOffset now) => IsOnItsWay(deployment) && now - deployment.CreatedAt <= patience;

    /// <summary>The deployment that says how the service stands: the newest that is not removed, else the newest; null when there is none.</summary>
    public static RailwayDeployment? Standing(IReadOnlyList<RailwayDeployment> newestFirst) =>
        newestFirst.FirstOrDefault(one => !IsRemoved(one)) ?? (newestFirst is [var newest, ..] ? newest : null);
}
