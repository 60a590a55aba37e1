using Steward.Kernel;

namespace Steward.Simulation.Railway;

/// <summary>All that Railway knows: environments of projects, their deployments, and the newest commit. Everything here is under <see cref="Sync"/>.</summary>
internal sealed class RailwayPlatform
{
    /// <summary>The environment that is always there.</summary>
    public const string DefaultEnvironment = "production";

    private readonly Dictionary<string, Deployment> deployments = [];
    private readonly Dictionary<(string ProjectId, string Name), string> serviceIds = [];
    private readonly Dictionary<string, DeploymentFate> fates = [];
    private long lastNumber;

    public RailwayPlatform(WorldOptions options, TimeProvider clock)
    {
        Clock = clock;
        Environments =
        [
            new RailwayEnvironment(this, new SimulatedEnvironment(DefaultEnvironment, options.RailwayEnvironmentId), options.RailwayProjectId),
            .. options.RailwayEnvironments.Select(more => new RailwayEnvironment(this, more, more.ProjectId ?? options.RailwayProjectId)),
        ];
    }

    public Lock Sync { get; } = new();

    public TimeProvider Clock { get; }

    /// <summary>The default first.</summary>
    public IReadOnlyList<RailwayEnvironment> Environments { get; }

    public RailwayEnvironment Default => Environments[0];

    /// <summary>What the default branch of the world's repository is at; null before the first push.</summary>
    public string? NewestCommit { get; set; }

    public Deployment? Deployment(string id) => deployments.GetValueOrDefault(id);

    /// <summary>What becomes of commits of which nothing is said.</summary>
    public DeploymentFate FateOfOthers { get; set; }

    public DeploymentFate Fate(string commit) => fates.GetValueOrDefault(commit, FateOfOthers);

    public void SetFate(string commit, DeploymentFate fate) => fates[commit] = fate;

    public Deployment AddDeployment(ServiceInstance service, string commit, string reason, DeploymentFate fate)
    {
        var deployment = new Deployment(NewId(), ++lastNumber, service, commit, reason, fate, Clock.GetUtcNow());
        deployments.Add(deployment.Id, deployment);
        if (service.Add(deployment) is { } forgotten)
        {
            deployments.Remove(forgotten.Id);
        }

        return deployment;
    }

    /// <summary>A service is of the project: in each of its environments it has the same id.</summary>
    public string ServiceId(string projectId, string name) =>
        serviceIds.TryGetValue((projectId, name), out var known) ? known : serviceIds[(projectId, name)] = NewId();

    public string NewId() => Ids.New(Clock).ToString();
}
