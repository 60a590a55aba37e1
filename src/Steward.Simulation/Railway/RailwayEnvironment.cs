namespace Steward.Simulation.Railway;

/// <summary>One environment of a project: its services and what they are set to. Everything here is under the platform's lock.</summary>
internal sealed class RailwayEnvironment(RailwayPlatform platform, SimulatedEnvironment settings, string projectId)
{
    public string Id => settings.Id;

    public string Name => settings.Name;

    public string ProjectId => projectId;

    /// <summary>The token that opens this environment and no other; null when there is none.</summary>
    public string? ProjectToken => settings.ProjectToken;

    public RailwayPlatform Platform => platform;

    /// <summary>In the order of their creation. Bounded by what a test or a demo adds.</summary>
    public List<ServiceInstance> Services { get; } = [];

    /// <summary>Variables that all services share.</summary>
    public Dictionary<string, string> SharedVariables { get; } = [];

    public ServiceInstance ByName(string name) => Services.Find(service => service.Name == name)
        ?? throw new ArgumentException($"The environment '{Name}' of the simulated Railway has no service '{name}'. Add it first.", nameof(name));

    public ServiceInstance? ById(string serviceId) => Services.Find(service => service.ServiceId == serviceId);

    public ServiceInstance AddService(string name)
    {
        var service = new ServiceInstance(this, platform.NewId(), platform.ServiceId(projectId, name), name);
        Services.Add(service);
        return service;
    }
}
