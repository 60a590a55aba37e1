namespace Steward.Simulation.Railway;

/// <summary>One more environment on the simulated Railway.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id.</param>
public sealed record SimulatedEnvironment(string Name, string Id)
{
    /// <summary>The project that it is of; null for the default environment's.</summary>
    public string? ProjectId { get; init; }

    /// <summary>A project token that opens this environment and no other; null for none.</summary>
    public string? ProjectToken { get; init; }
}
