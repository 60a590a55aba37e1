namespace Steward.Simulation.Railway;

/// <summary>A service in the environment. Railway's own word. Read and changed under the platform's lock.</summary>
internal sealed class ServiceInstance(RailwayEnvironment environment, string id, string serviceId, string name)
{
    // Real histories are longer; no reader of ours pages this deep.
    private const int MaxDeployments = 1000;

    private readonly Dictionary<string, Level> metrics = new()
    {
        ["CPU_USAGE"] = new(0.12),
        ["CPU_LIMIT"] = new(8),
        ["MEMORY_USAGE_GB"] = new(0.35),
        ["MEMORY_LIMIT_GB"] = new(8),
        ["DISK_USAGE_GB"] = new(1.5),
        ["NETWORK_RX_GB"] = new(0.002),
        ["NETWORK_TX_GB"] = new(0.004),
    };

    public RailwayEnvironment Environment => environment;

    public string Id => id;

    public string ServiceId => serviceId;

    public string Name => name;

    /// <summary>The name as mutations and messages hold it: with its environment unless that is the default one.</summary>
    public string FullName => environment == environment.Platform.Default ? name : $"{name}@{environment.Name}";

    /// <summary>The repository that it is built from, as "owner/name"; null when it is not built.</summary>
    public string? Repository { get; set; }

    /// <summary>True when a push to the world's repository deploys it.</summary>
    public bool DeploysPushes { get; set; }

    /// <summary>Oldest first.</summary>
    public List<Deployment> Deployments { get; } = [];

    public Deployment? Latest => Deployments is [.., var latest] ? latest : null;

    /// <summary>The one that replaced all before it; it may have crashed since.</summary>
    public Deployment? Active { get; set; }

    /// <summary>Bounded by the names that clients set.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>How its users fare.</summary>
    public HttpTraffic Http { get; } = new();

    /// <summary>The level of a measurement; zero where none was set. Bounded by the schema's measurements.</summary>
    public Level Metric(string measurement) =>
        metrics.TryGetValue(measurement, out var level) ? level : metrics[measurement] = new Level(0);

    /// <summary>Adds the newest deployment; gives back the one that history forgets for it.</summary>
    public Deployment? Add(Deployment deployment)
    {
        Deployments.Add(deployment);
        var forgotten = Deployments.Count > MaxDeployments ? Deployments.Find(one => one != Active) : null;
        if (forgotten is not null)
        {
            Deployments.Remove(forgotten);
        }

        return forgotten;
    }
}
