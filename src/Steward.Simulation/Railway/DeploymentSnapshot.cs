namespace Steward.Simulation.Railway;

/// <summary>A deployment as it stood when it was asked for.</summary>
/// <param name="Id">Its id, a UUID.</param>
/// <param name="Service">The service's name.</param>
/// <param name="Status">One of <see cref="RailwayStatus"/>, or what a test forced.</param>
/// <param name="Commit">The commit that it runs.</param>
/// <param name="Reason">"deploy" for a push; "rollback" or "redeploy" for what a client asked for.</param>
/// <param name="CreatedAt">When it was created, on the world's clock.</param>
/// <param name="Fate">What becomes of it, as it is decided by now.</param>
public sealed record DeploymentSnapshot(
    string Id, string Service, string Status, string Commit, string Reason, DateTimeOffset CreatedAt, DeploymentFate Fate);
