namespace Steward.Connectors.Deployed;

/// <summary>One health check.</summary>
/// <param name="IsWell">True when the service answered 2xx in time.</param>
/// <param name="Detail">What it answered otherwise.</param>
public sealed record HealthCheck(bool IsWell, string? Detail);
