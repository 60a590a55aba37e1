namespace Steward.Operations.Observe;

/// <summary>How loaded a service was lately. A list is empty where nothing was measured.</summary>
/// <param name="Key">The service, by the key of its id.</param>
/// <param name="Name">The key of its name.</param>
/// <param name="Cpu">Processor in use, in percent of what may be used; oldest first, as in the others.</param>
/// <param name="Memory">Memory in use, in percent of what may be used.</param>
/// <param name="Errors">The share of requests that were answered with 500 to 599, in percent.</param>
/// <param name="P95">How long 95 of 100 answers took at the most, in ms.</param>
/// <param name="Requests">How many requests these are of; null when that was not asked this time.</param>
public sealed record ServiceLoad(
    string Key, string Name, IReadOnlyList<LoadPoint> Cpu, IReadOnlyList<LoadPoint> Memory, IReadOnlyList<LoadPoint> Errors, IReadOnlyList<LoadPoint> P95, double? Requests);

/// <summary>One value.</summary>
/// <param name="At">When.</param>
/// <param name="Value">How much.</param>
public readonly record struct LoadPoint(DateTimeOffset At, double Value);
