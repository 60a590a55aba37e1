namespace Steward.Server.Tests.Scenarios;

/// <summary>Scenarios that share one world and one server, one after the other; each has services of its own.</summary>
[CollectionDefinition(Name)]
#pragma warning disable CA1711 // It is one, in xunit's sense.
public sealed class SharedScenarios : ICollectionFixture<ScenarioRig>
#pragma warning restore CA1711
{
    public const string Name = "scenarios";
}
