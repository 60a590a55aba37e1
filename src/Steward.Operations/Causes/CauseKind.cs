namespace Steward.Operations.Causes;

/// <summary>Why something failed, as far as its log says.</summary>
public enum CauseKind
{
    /// <summary>No rule knows its log.</summary>
    Unknown,

    /// <summary>It wanted more memory than it may have.</summary>
    OutOfMemory,

    /// <summary>It could not listen where it has to, or listens elsewhere.</summary>
    PortBinding,

    /// <summary>A variable or setting that it needs is not set.</summary>
    MissingVariable,

    /// <summary>A module, package or program that it needs is not there.</summary>
    MissingDependency,

    /// <summary>The compiler or a linter does not accept the code.</summary>
    CompileError,

    /// <summary>Tests ran and failed.</summary>
    TestFailure,

    /// <summary>The database does not answer, or does not let it in.</summary>
    Database,

    /// <summary>A name was not found, or a connection broke or was refused.</summary>
    Network,

    /// <summary>A build or a job took longer than it may.</summary>
    BuildTimeout,

    /// <summary>Something else was not done in time.</summary>
    Timeout,

    /// <summary>Somebody was asked too often.</summary>
    RateLimit,

    /// <summary>There is no room left on a disk.</summary>
    DiskFull,

    /// <summary>Secrets or credentials could not be had.</summary>
    Secrets,

    /// <summary>It may not do what it tried.</summary>
    Permission,

    /// <summary>A webhook does not arrive, or is not accepted.</summary>
    Webhook,

    /// <summary>It runs and its health check fails.</summary>
    HealthCheck,

    /// <summary>It was started and never became ready.</summary>
    StuckDeploying,

    /// <summary>A signal ended it.</summary>
    Killed,

    /// <summary>The machine that ran the job went away.</summary>
    RunnerLost,
}
