namespace Steward.Connectors.Railway;

/// <summary>Which service is meant.</summary>
/// <param name="Id">Railway's id of it.</param>
/// <param name="Name">Its name on Railway, or its key; the policy, stops and limits know it by its key (<see cref="RailwayEnvironment.KeyOf"/>).</param>
public record RailwayServiceRef(string Id, string Name);
