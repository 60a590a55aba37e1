namespace Steward.Connectors.N8n;

/// <summary>How an execution is, in n8n's own words (its public API, version 2.41).</summary>
public enum ExecutionStatus
{
    /// <summary>A word of n8n's that we do not know, or its own <c>unknown</c>.</summary>
    Unknown,

    /// <summary>It waits for its turn.</summary>
    New,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It waits for a time, a call or a person.</summary>
    Waiting,

    /// <summary>It came to its end.</summary>
    Success,

    /// <summary>A node failed.</summary>
    Error,

    /// <summary>n8n itself went down under it.</summary>
    Crashed,

    /// <summary>It was stopped.</summary>
    Canceled,
}
