using Steward.Operations.Causes;
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

    /// <summary>A workflow run on the default branch failed.</summary>
    CiFailed,

    /// <summary>A pull request is green and can be merged; a person may want it to be.</summary>
    PullRequestReady,

    /// <summary>A workflow of n8n fails again and again.</summary>
    WorkflowFailing,

    /// <summary>A service used most of its processor for long.</summary>
    HighCpu,

    /// <summary>A service used most of its memory for long.</summary>
    HighMemory,

    /// <summary>A service answered too many requests with errors for long.</summary>
    HighErrorRate,

    /// <summary>A service answered too slowly for long.</summary>
    HighLatency,
}

/// <summary>How far a finding has come.</summary>
public enum FindingState
{
    /// <summary>Found; what was decided is under way.</summary>
    Open,

    /// <summary>What was decided waits: for a person, or for the end of a stop.</summary>
    Waiting,

    /// <summary>The rollback, the restart or the re-run was accepted; its outcome is being watched.</summary>
    Recovering,

    /// <summary>It is well again.</summary>
    Recovered,

    /// <summary>People were told; there was nothing else to do, or it was overtaken by events.</summary>
    Closed,

    /// <summary>What was decided did not come through; a person has to look. An outage lasts until something serves well.</summary>
    Stuck,
}

/// <summary>Something that is wrong, or wants a decision, found once for its cause, with what was decided about it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Cause">This one occurrence, uniquely: <c>deployment-crashed/7f3c/1763712000</c>, <c>high-cpu/web/1763712000</c>.</param>
/// <param name="Fingerprint">What it is about, whenever it occurs: <c>high-cpu/web</c>. One finding of a fingerprint is open at a time.</param>
/// <param name="Kind">What kind of trouble it is.</param>
/// <param name="Service">What it is about in the words of people, the policy and stops: a service's name, a repository, a workflow.</param>
/// <param name="ServiceId">The key of the service where it is about one.</param>
/// <param name="Subject">What is at fault: <c>deployment/7f3c</c>, <c>run/4711</c>, <c>pull-request/12</c>.</param>
/// <param name="Severity">How bad it is: <c>high</c> when nothing good serves, <c>medium</c> otherwise, <c>low</c> when nothing is wrong.</param>
/// <param name="Summary">One sentence for people.</param>
/// <param name="Evidence">What it rests on.</param>
/// <param name="Decisions">What was decided, in order of priority.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="CorrelationId">Ties together everything that follows from it.</param>
/// <param name="HappenedAt">When it happened, by the provider's clock.</param>
/// <param name="OpenedAt">When Steward found it.</param>
/// <param name="ClosedAt">When it ended.</param>
public sealed record Finding(
    Guid Id, string Cause, string Fingerprint, FindingKind Kind, string Service, string? ServiceId, string Subject, string Severity, string Summary,
    IReadOnlyList<string> Evidence, IReadOnlyList<Decision> Decisions, FindingState State, string? Outcome, string CorrelationId,
    DateTimeOffset HappenedAt, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt)
{
    private const string DeploymentPrefix = "deployment/";

    /// <summary>Why it happened, as far as a log says; null until one was read, and where there is none.</summary>
    public Cause? RootCause { get; init; }

    /// <summary>A page at the provider with more; null where there is none.</summary>
    public string? Link { get; init; }

    /// <summary>The cause of the newest occurrence of the same trouble since it was found; null while there was no other.</summary>
    public string? LatestCause { get; init; }

    /// <summary>When people were first told of it; null as long as they were not.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>How it ended where it was put aside; null where it was seen to be over, or has not ended.</summary>
    public FindingEnd? EndedAs { get; init; }

    /// <summary>The deployment that is at fault; null when it is about something else.</summary>
    public string? DeploymentId => DeploymentOf(Subject);

    /// <summary>True when nothing good serves because of a deployment.</summary>
    public bool IsOutage => DeploymentId is not null && Severity == "high";

    /// <summary>True when people need only be told of it: Steward does nothing about it itself.</summary>
    public bool IsOnlyTold => Decisions.All(decision => decision.Kind is DecisionKind.OpenIssue or DecisionKind.Alert);

    /// <summary>True when this was decided about it.</summary>
    public bool Has(DecisionKind decision) => Decisions.Any(one => one.Kind == decision);

    /// <summary>The deployment that a subject is; null when it is something else.</summary>
    public static string? DeploymentOf(string subject) => subject.StartsWith(DeploymentPrefix, StringComparison.Ordinal) ? subject[DeploymentPrefix.Length..] : null;

    /// <summary>The subject of a finding about a deployment.</summary>
    public static string OfDeployment(string id) => DeploymentPrefix + id;

    /// <summary>The service and the deployment of a finding that is about one.</summary>
    /// <exception cref="InvalidOperationException">It is about something else.</exception>
    public (string ServiceId, string DeploymentId) Deployed() => ServiceId is { } service && DeploymentId is { } deployment
        ? (service, deployment)
        : throw new InvalidOperationException($"The finding {Cause} is not about a deployment.");
}
