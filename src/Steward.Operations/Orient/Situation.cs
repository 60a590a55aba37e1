using Steward.Operations.Deployments;
using Steward.Operations.Watched;

namespace Steward.Operations.Orient;

/// <summary>What is going on with one service, from facts.</summary>
/// <param name="At">When the facts were gathered.</param>
/// <param name="Service">The service, with its health.</param>
/// <param name="Latest">Its latest deployment; where that is removed and another one holds the service, that one.</param>
/// <param name="Serving">The deployment that serves beside the latest one; null when the latest serves, or nothing does.</param>
/// <param name="History">Its deployments, newest first, the latest included; at most <see cref="DeploymentStore.History"/>.</param>
public sealed record Situation(DateTimeOffset At, WatchedService Service, Deployment Latest, Deployment? Serving, IReadOnlyList<Deployment> History)
{
    /// <summary>True while a crash before the latest is being treated already, past the latest.</summary>
    public bool IsTreatedPast { get; init; }
}

/// <summary>What a picture means: the situations, and what changed against what was remembered.</summary>
/// <param name="Situations">One for each service that has a deployment.</param>
/// <param name="Deployments">Deployments that are new or have changed.</param>
/// <param name="Services">Services that are new or have changed.</param>
public sealed record Orientation(IReadOnlyList<Situation> Situations, IReadOnlyList<Deployment> Deployments, IReadOnlyList<WatchedService> Services)
{
    /// <summary>The keys of services that are not there any more.</summary>
    public IReadOnlySet<string> Gone { get; init; } = new HashSet<string>();
}
