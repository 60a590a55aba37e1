using Steward.Connectors.Deployed;
using Steward.Operations.Deployments;

namespace Steward.Operations.Observe;

/// <summary>What all sources said at one time. A source that did not answer makes it partial, not absent.</summary>
/// <param name="At">When it was drawn.</param>
/// <param name="Services">The services that the provider listed.</param>
/// <param name="Health">The health checks that were made, by the service's name.</param>
/// <param name="Missing">The sources that did not answer, and why.</param>
public sealed record Picture(
    DateTimeOffset At, IReadOnlyList<ObservedService> Services, IReadOnlyDictionary<string, HealthCheck> Health, IReadOnlyList<string> Missing)
{
    /// <summary>What GitHub said of the repositories; a part for each answer.</summary>
    public IReadOnlyList<RepositoryPicture> Repositories { get; init; } = [];

    /// <summary>The keys of services that are remembered and watched, and were not listed although whoever should have them answered.</summary>
    public IReadOnlySet<string> Absent { get; init; } = new HashSet<string>();

    /// <summary>How loaded the services were, where it was asked for.</summary>
    public IReadOnlyList<ServiceLoad> Loads { get; init; } = [];

    /// <summary>What n8n said of its workflows; null when it was not asked, or no answer came.</summary>
    public WorkflowsPicture? Workflows { get; init; }
}

/// <summary>A service as the provider lists it.</summary>
/// <param name="Id">The key of the provider's id, <see cref="Connectors.Railway.RailwayEnvironment.KeyOf"/>.</param>
/// <param name="Name">The key of its name.</param>
/// <param name="Latest">Its latest deployment; null when it has none.</param>
/// <param name="Serving">The deployments that serve.</param>
/// <param name="Earlier">Deployments before the latest, where they were asked for.</param>
public sealed record ObservedService(
    string Id, string Name, ObservedDeployment? Latest, IReadOnlyList<ObservedDeployment> Serving, IReadOnlyList<ObservedDeployment> Earlier);

/// <summary>A deployment as the provider shows it.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="State">The provider's status in our words.</param>
/// <param name="RawStatus">The provider's own word.</param>
/// <param name="Version">The commit or image.</param>
/// <param name="CreatedAt">When the provider accepted it.</param>
/// <param name="StatusAt">Since when it has this status, where the provider says so.</param>
/// <param name="CanRollback">Whether the provider can go back to it.</param>
/// <param name="Url">Where it serves, without a scheme.</param>
public sealed record ObservedDeployment(
    string Id, DeploymentState State, string RawStatus, string? Version, DateTimeOffset CreatedAt, DateTimeOffset? StatusAt, bool CanRollback, string? Url);
