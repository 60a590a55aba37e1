namespace Steward.Operations.Deploys;

/// <summary>One wish to deploy or to roll back, from the asking to its verified end.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What was asked for.</param>
/// <param name="Environment">The environment's name in the settings, such as <c>production</c>.</param>
/// <param name="Service">The service's name: <c>web</c>, <c>web@staging</c>.</param>
/// <param name="ServiceId">The key of the service.</param>
/// <param name="Repository">The repository of the pull request, as <c>owner/name</c>.</param>
/// <param name="PullRequest">The pull request's number.</param>
/// <param name="HeadSha">The commit that the pull request had when it was asked for; where GitHub was away then, when it was first looked at. Nothing else is checked, merged or deployed.</param>
/// <param name="CommitSha">The commit that is deployed; null for the newest one.</param>
/// <param name="TargetId">For a rollback: the deployment to go back to.</param>
/// <param name="PreviousId">The service's latest deployment when what is deployed was the newest there was: when it was asked for, right before the merge, and right before the provider was asked.</param>
/// <param name="DeploymentId">The deployment that came of it.</param>
/// <param name="Url">The address at which it was asked how it is.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Note">What it waits for, or what came of it.</param>
/// <param name="GoodChecks">How many good answers the service has given in a row.</param>
/// <param name="BadChecks">How many bad ones.</param>
/// <param name="CorrelationId">Ties together everything that follows from it: <c>deploy-pr-12-1763712000</c>.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StateAt">Since when it is in this state.</param>
/// <param name="ClosedAt">When it ended.</param>
public sealed record Deploy(
    Guid Id, DeployKind Kind, string Environment, string Service, string ServiceId, string? Repository, int? PullRequest, string? HeadSha, string? CommitSha,
    string? TargetId, string? PreviousId, string? DeploymentId, string? Url, DeployState State, string? Note, int GoodChecks, int BadChecks,
    string CorrelationId, string RequestedBy, DateTimeOffset CreatedAt, DateTimeOffset StateAt, DateTimeOffset? ClosedAt)
{
    /// <summary>What asked for it, such as one comment on GitHub: it is begun once for each. Null where nothing but the request itself did.</summary>
    public string? Origin { get; init; }

    /// <summary>For a rollback: the deployment that is taken back. Nothing is done when another one serves. Null until it was looked at, for whichever serves then.</summary>
    public string? FromId { get; init; }

    /// <summary>True when the service has answered well at the address at which it is asked: this deployment, or the one before it.</summary>
    public bool HasAnswered { get; init; }

    /// <summary>What a person would call it.</summary>
    public string Title => Kind switch
    {
        DeployKind.PullRequest => $"Deploy of pull request {PullRequest} to {Environment} ({Service})",
        DeployKind.Commit => $"Deploy of {(CommitSha is null ? "the newest commit" : CommitSha)} to {Service}",
        _ => $"Rollback of {Service}",
    };

    /// <summary>The key of one governed step of it.</summary>
    public string Key(string step) => $"deploy/{Id}/{step}";

    /// <summary>True for an end.</summary>
    public static bool IsEnd(DeployState state) => state >= DeployState.Succeeded;
}
