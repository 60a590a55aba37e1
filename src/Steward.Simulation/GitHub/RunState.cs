namespace Steward.Simulation.GitHub;

/// <summary>How far a check, a workflow run or a job is.</summary>
public enum RunState
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended well.</summary>
    Green,

    /// <summary>It failed.</summary>
    Red,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled,
}
