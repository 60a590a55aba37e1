namespace Steward.Connectors.Railway;

/// <summary>Which service is meant.</summary>
/// <param name="Id">Railway's id of it.</param>
/// <param name="Name">Its name, under which the policy, stops and limits know it.</param>
public record RailwayServiceRef(string Id, string Name);
