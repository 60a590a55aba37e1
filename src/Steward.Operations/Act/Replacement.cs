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

    /// <summary>
    /// The deployment at fault as it stands, where nothing has taken its place. One that is on its way may serve yet, or be called
    /// off, or fail: before that is known nothing is done in its place and nothing is given up, as long as deployments may take.
    /// </summary>
    /// <param name="newestFirst">The service's deployments.</param>
    /// <param name="latest">Which of them says how the service stands, as <see cref="Standing"/>.</param>
    /// <param name="fault">The deployment at fault.</param>
    /// <param name="past">A newer one that is not waited for; null where there is none.</param>
    /// <param name="patience">How long one that is on its way is waited for.</param>
    /// <param name="now">The time.</param>
    /// <param name="done">What was to be done about the one at fault: "rolled back".</param>
    /// <exception cref="OvertakenException">Another one has taken its place, or may yet.</exception>
    public static RailwayDeployment AtFault(IReadOnlyList<RailwayDeployment> newestFirst, RailwayDeployment latest, string fault, string? past, TimeSpan patience, DateTimeOffset now, string done)
    {
        var isOnItsWay = DeploymentLife.IsMoving(Observer.Translate(latest).State);
        if (isOnItsWay && latest.Id != fault && latest.Id != past && now - latest.CreatedAt <= patience)
        {
            throw new OvertakenException($"Deployment {latest.Id}, which came after {fault}, is {latest.RawStatus}: when it serves, nothing has to be {done}.") { IsForNow = true };
        }

        return (isOnItsWay ? newestFirst.FirstOrDefault(one => one.Id == fault) : latest) is { } bad && bad.Id == fault
            ? bad
            : throw new OvertakenException($"Deployment {latest.Id} came after {fault}: somebody acted meanwhile, so nothing is {done}.");
    }

    /// <summary>The deployment that says how the service stands: the newest that is not removed, else the newest; null when there is none.</summary>
    public static RailwayDeployment? Standing(IReadOnlyList<RailwayDeployment> newestFirst) =>
        newestFirst.FirstOrDefault(one => !IsRemoved(one)) ?? (newestFirst is [var newest, ..] ? newest : null);
}
