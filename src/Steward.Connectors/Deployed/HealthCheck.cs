namespace Steward.Connectors.Deployed;

/// <summary>One health check.</summary>
/// <param name="IsWell">True when the service answered 2xx in time.</param>
/// <param name="Detail">What it answered otherwise.</param>
/// <param name="At">When that was known; null: when it was used.</param>
public sealed record HealthCheck(bool IsWell, string? Detail, DateTimeOffset? At = null);
