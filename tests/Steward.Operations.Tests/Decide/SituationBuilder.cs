using Steward.Operations.Deployments;
using Steward.Operations.Orient;
using Steward.Operations.Watched;

namespace Steward.Operations.Tests.Decide;

/// <summary>Situations in few words: deployments are given newest first.</summary>
internal static class SituationBuilder
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static Deployment Deployment(
        string id, DeploymentState state, string? version = null, bool good = false, bool served = false, bool canRollback = true, double minutesAgo = 10) =>
        new(id, "s1", "web", state, state.ToString().ToUpperInvariant(), version ?? $"v-{id}", Noon.AddMinutes(-minutesAgo), Noon.AddMinutes(-minutesAgo + 1),
            good || served || state == DeploymentState.Active ? Noon.AddMinutes(-minutesAgo + 1) : null, good ? Noon.AddMinutes(-minutesAgo + 2) : null, canRollback, null);

    public static Situation Of(params Deployment[] newestFirst) => Of(ServiceHealth.Unknown, null, newestFirst);

    public static Situation Of(ServiceHealth health, DateTimeOffset? since, params Deployment[] newestFirst) => new(
        Noon,
        new WatchedService("s1", "web", newestFirst[0].Id, health, health == ServiceHealth.Unhealthy ? 3 : 0, health == ServiceHealth.Unhealthy ? "HTTP 500" : null, since, Noon, Noon,
            newestFirst[0].Id),
        newestFirst[0],
        newestFirst.Skip(1).FirstOrDefault(deployment => deployment.State == DeploymentState.Active),
        newestFirst);
}
