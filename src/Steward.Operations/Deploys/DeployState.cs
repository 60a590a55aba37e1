namespace Steward.Operations.Deploys;

/// <summary>What was asked for.</summary>
public enum DeployKind
{
    /// <summary>Merge a pull request and deploy what comes of it.</summary>
    PullRequest,

    /// <summary>Deploy a commit, or the newest one.</summary>
    Commit,

    /// <summary>Go back to an earlier deployment.</summary>
    RollBack,
}

/// <summary>How far it has come. The steps in their order, then the ends.</summary>
public enum DeployState
{
    /// <summary>Whether it can be done at all is looked at: checks, conflicts, the target.</summary>
    Checking,

    /// <summary>The pull request is merged.</summary>
    Merging,

    /// <summary>The provider is asked to begin.</summary>
    Triggering,

    /// <summary>The provider builds and starts it.</summary>
    Following,

    /// <summary>The service is asked how it is until it has answered well several times in a row.</summary>
    Verifying,

    /// <summary>It serves; it is asked on for the settling time.</summary>
    Watching,

    /// <summary>It failed; what the loop does about that is followed to its end.</summary>
    Undoing,

    /// <summary>It serves and answered well for the settling time.</summary>
    Succeeded,

    /// <summary>The provider says that it serves; there was no address at which Steward could see for itself.</summary>
    Unverified,

    /// <summary>It failed, and the service was brought back.</summary>
    RolledBack,

    /// <summary>It failed, and what came of it is in the note.</summary>
    Failed,

    /// <summary>It was not begun: what was asked for cannot or may not be done.</summary>
    Refused,

    /// <summary>Something newer took its place before it was through.</summary>
    Overtaken,

    /// <summary>A person called it off before anything was deployed.</summary>
    Cancelled,
}
