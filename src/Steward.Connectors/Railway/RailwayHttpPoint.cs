namespace Steward.Connectors.Railway;

/// <summary>How a service's users fared within one step of time, as Railway's edge saw it.</summary>
/// <param name="At">When the step was, to the second.</param>
/// <param name="Requests">How many requests were answered; Railway may give parts of one.</param>
/// <param name="ErrorShare">Which share of them was answered with 500 to 599, 0 to 1; 0 without requests.</param>
/// <param name="P50">The median of the answers' durations in ms; null when Railway does not say.</param>
/// <param name="P95">The 95th percentile of the durations in ms; null when Railway does not say.</param>
public readonly record struct RailwayHttpPoint(DateTimeOffset At, double Requests, double ErrorShare, double? P50, double? P95);
