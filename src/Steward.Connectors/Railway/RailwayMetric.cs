namespace Steward.Connectors.Railway;

/// <summary>A measurement of one service over time.</summary>
/// <param name="Measurement">What was measured; its unit is the measurement's.</param>
/// <param name="ServiceId">Of which service; null when Railway does not say.</param>
/// <param name="Points">The values, oldest first.</param>
public sealed record RailwayMetric(RailwayMeasurement Measurement, string? ServiceId, IReadOnlyList<RailwayPoint> Points);

/// <summary>One value.</summary>
/// <param name="At">When, to the second.</param>
/// <param name="Value">How much.</param>
public readonly record struct RailwayPoint(DateTimeOffset At, double Value);
