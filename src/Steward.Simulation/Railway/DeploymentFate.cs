namespace Steward.Simulation.Railway;

/// <summary>What is to become of a commit when it is deployed. A rollback or a redeployment shares its commit's fate.</summary>
public enum DeploymentFate
{
    /// <summary>It builds, starts and serves.</summary>
    Good,

    /// <summary>Its build fails. The deployment before it stays active and serves on.</summary>
    FailsInBuild,

    /// <summary>It becomes SUCCESS, replaces the one before it and crashes: nothing good serves any more.</summary>
    CrashesAfterStart,

    /// <summary>It becomes SUCCESS and stays so, but its health endpoint answers 500.</summary>
    ServesErrors,

    /// <summary>It stays BUILDING, or DEPLOYING where nothing is built, for ever.</summary>
    NeverFinishes,
}
