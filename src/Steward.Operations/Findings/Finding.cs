using Steward.Operations.Decide;

namespace Steward.Operations.Findings;

/// <summary>What kind of trouble was found.</summary>
public enum FindingKind
{
    /// <summary>A deployment failed before it served; the one before still does.</summary>
    DeploymentFailed,

    /// <summary>A deployment died after it had taken over.</summary>
    DeploymentCrashed,

    /// <summary>A deployment serves errors.</summary>
    DeploymentUnhealthy,
}

/// <summary>How far a finding has come.</summary>
public enum FindingState
{
    /// <summary>Found; what was decided is under way.</summary>
    Open,

    /// <summary>A person has to decide.</summary>
    Waiting,

    /// <summary>The rollback was accepted; its outcome is being watched.</summary>
    Recovering,

    /// <summary>The replacement serves.</summary>
    Recovered,

    /// <summary>People were told; there was nothing else to do, or it was overtaken by events.</summary>
    Closed,

    /// <summary>What was decided did not come through; a person has to look.</summary>
    Stuck,
}

/// <summary>Something that is wrong with a service, found once for its cause, with what was decided about it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Cause">What it is about, uniquely: <c>deployment-crashed/7f3c</c>.</param>
/// <param name="Kind">What kind of trouble it is.</param>
/// <param name="ServiceId">The provider's id of the service.</param>
/// <param name="Service">The service's name.</param>
/// <param name="DeploymentId">The deployment that is at fault.</param>
/// <param name="Severity">How bad it is: <c>high</c> when nothing good serves, <c>medium</c> otherwise.</param>
/// <param name="Summary">One sentence for people.</param>
/// <param name="Evidence">What it rests on.</param>
/// <param name="Decisions">What was decided, in order of priority.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="CorrelationId">Ties together everything that follows from it.</param>
/// <param name="HappenedAt">When it happened, by the provider's clock.</param>
/// <param name="OpenedAt">When Steward found it.</param>
/// <param name="ClosedAt">When it ended.</param>
/// <param name="Log">The last log lines of the deployment, redacted, once they were read.</param>
public sealed record Finding(
    Guid Id, string Cause, FindingKind Kind, string ServiceId, string Service, string DeploymentId, string Severity, string Summary,
    IReadOnlyList<string> Evidence, IReadOnlyList<Decision> Decisions, FindingState State, string? Outcome, string CorrelationId,
    DateTimeOffset HappenedAt, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, string? Log = null);
