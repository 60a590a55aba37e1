namespace Steward.Operations.Watched;

/// <summary>What the health checks say of a service.</summary>
public enum ServiceHealth
{
    /// <summary>It has no health address, or was not asked yet.</summary>
    Unknown,

    /// <summary>It answers well.</summary>
    Healthy,

    /// <summary>Its last checks failed, too few of them to call it unhealthy.</summary>
    Shaky,

    /// <summary>As many checks in a row failed as the settings ask for.</summary>
    Unhealthy,
}

/// <summary>A service that is watched, as it was last seen.</summary>
/// <param name="Id">The key of the provider's id, <see cref="Connectors.Railway.RailwayEnvironment.KeyOf"/>: with the environment, where that is not the default one.</param>
/// <param name="Name">Its name: what the policy, stops and settings call it.</param>
/// <param name="DeploymentId">Its latest deployment.</param>
/// <param name="Health">What the health checks say.</param>
/// <param name="HealthFailures">How many of them failed in a row.</param>
/// <param name="HealthDetail">What the last failed one said.</param>
/// <param name="HealthSince">When the first of them failed, or the first one since succeeded.</param>
/// <param name="HealthAt">When it was last asked.</param>
/// <param name="SeenAt">When the provider last listed it.</param>
/// <param name="HealthOf">The deployment that was asked: the one that serves.</param>
/// <param name="IsWatched">False when a person has it left alone: nothing about it is found or done.</param>
public sealed record WatchedService(
    string Id, string Name, string? DeploymentId, ServiceHealth Health, int HealthFailures, string? HealthDetail, DateTimeOffset? HealthSince,
    DateTimeOffset? HealthAt, DateTimeOffset SeenAt, string? HealthOf = null, bool IsWatched = true)
{
    /// <summary>Since when the provider answers and does not list it; null while it does.</summary>
    public DateTimeOffset? AbsentSince { get; init; }

    /// <summary>When that was last seen, to a minute.</summary>
    public DateTimeOffset? AbsentAt { get; init; }
}
