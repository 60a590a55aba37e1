namespace Steward.Connectors.Railway;

/// <summary>What the project used, and what Railway expects it to use by the end of the billing period.</summary>
/// <param name="Used">Sums a service and measurement over the asked time.</param>
/// <param name="Estimated">Sums a measurement of the whole project for the billing period; they name no service.</param>
public sealed record RailwayUsage(IReadOnlyList<RailwayUsageSum> Used, IReadOnlyList<RailwayUsageSum> Estimated);

/// <summary>One sum.</summary>
/// <param name="Measurement">What was used.</param>
/// <param name="ServiceId">By which service; null for the whole project.</param>
/// <param name="Value">Levels (cores, GB) times minutes; traffic in GB.</param>
public sealed record RailwayUsageSum(RailwayMeasurement Measurement, string? ServiceId, double Value);
