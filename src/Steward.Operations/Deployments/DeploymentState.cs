namespace Steward.Operations.Deployments;

/// <summary>The life of a deployment, in the mission's words.</summary>
public enum DeploymentState
{
    /// <summary>Accepted by the provider; nothing has begun, or somebody has to let it.</summary>
    Pending,

    /// <summary>Its image is made.</summary>
    Building,

    /// <summary>It is started.</summary>
    Deploying,

    /// <summary>It serves. Railway's SUCCESS and SLEEPING, the design's ACTIVE.</summary>
    Active,

    /// <summary>It never served; the one before still does.</summary>
    Failed,

    /// <summary>It served, or tried to, and died.</summary>
    Crashed,

    /// <summary>Steward is replacing it by one that is known good.</summary>
    RollingBack,

    /// <summary>Steward replaced it, and the replacement serves.</summary>
    RolledBack,

    /// <summary>Another one took its place, or somebody removed it.</summary>
    Removed,
}
