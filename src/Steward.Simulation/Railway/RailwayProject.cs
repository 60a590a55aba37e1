using Steward.Kernel;

namespace Steward.Simulation.Railway;

/// <summary>What Railway knows: one project with one environment. Everything here is under <see cref="Sync"/>.</summary>
internal sealed class RailwayProject(string id, string environmentId, TimeProvider clock)
{
    private readonly Dictionary<string, Deployment> deployments = [];
    private long lastNumber;

    public Lock Sync { get; } = new();

    public string Id => id;

    public string EnvironmentId => environmentId;

    public TimeProvider Clock => clock;

    /// <summary>In the order of their creation. Bounded by what a test or a demo adds.</summary>
    public List<ServiceInstance> Services { get; } = [];

    /// <summary>Variables that all services share.</summary>
    public Dictionary<string, string> SharedVariables { get; } = [];

    public ServiceInstance ByName(string name) => Services.Find(service => service.Name == name)
        ?? throw new ArgumentException($"The simulated Railway has no service '{name}'. Add it first.", nameof(name));

    public ServiceInstance? ById(string serviceId) => Services.Find(service => service.ServiceId == serviceId);

    public Deployment? Deployment(string deploymentId) => deployments.GetValueOrDefault(deploymentId);

    public ServiceInstance AddService(string name)
    {
        var service = new ServiceInstance(NewId(), NewId(), name);
        Services.Add(service);
        return service;
    }

    public Deployment AddDeployment(ServiceInstance service, string commit, string reason, DeploymentFate fate)
    {
        var deployment = new Deployment(NewId(), ++lastNumber, service, commit, reason, fate, clock.GetUtcNow());
        deployments.Add(deployment.Id, deployment);
        if (service.Add(deployment) is { } forgotten)
        {
            deployments.Remove(forgotten.Id);
        }

        return deployment;
    }

    private string NewId() => Ids.New(clock).ToString();
}
