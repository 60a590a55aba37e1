namespace Steward.Simulation.Railway;

/// <summary>A service in the environment. Railway's own word. Read and changed under the project's lock.</summary>
internal sealed class ServiceInstance(string id, string serviceId, string name)
{
    // Real histories are longer; no reader of ours pages this deep.
    private const int MaxDeployments = 1000;

    public string Id => id;

    public string ServiceId => serviceId;

    public string Name => name;

    /// <summary>Oldest first.</summary>
    public List<Deployment> Deployments { get; } = [];

    public Deployment? Latest => Deployments is [.., var latest] ? latest : null;

    /// <summary>The one that replaced all before it; it may have crashed since.</summary>
    public Deployment? Active { get; set; }

    /// <summary>Bounded by the names that clients set.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Per measurement, the level that its chart shows.</summary>
    public Dictionary<string, double> Metrics { get; } = new()
    {
        ["CPU_USAGE"] = 0.12,
        ["CPU_LIMIT"] = 8,
        ["MEMORY_USAGE_GB"] = 0.35,
        ["MEMORY_LIMIT_GB"] = 8,
        ["DISK_USAGE_GB"] = 1.5,
        ["NETWORK_RX_GB"] = 0.002,
        ["NETWORK_TX_GB"] = 0.004,
    };

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
