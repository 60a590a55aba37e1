namespace Steward.Simulation.Faults;

internal enum FaultKind
{
    Status,
    Timeout,
    DropBeforeEffect,
    DropAfterEffect,
    Truncated,
    NotJson,
    ErrorsWith200,
    Huge,
    Slow,
}
