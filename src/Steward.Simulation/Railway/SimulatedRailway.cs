namespace Steward.Simulation.Railway;

/// <summary>
/// Railway: one project, one environment. What is done here is what people do on the other side, such as pushing a
/// commit; it is never recorded as a <see cref="Mutation"/>. Names of services and ids that do not exist are the test's
/// mistake: they raise <see cref="ArgumentException"/>.
/// </summary>
public sealed class SimulatedRailway
{
    private readonly RailwayProject project;
    private readonly Lifecycle lifecycle;
    private readonly RailwayEvents events;
    private readonly WorldTimings timings;
    private readonly Uri baseUrl;

    internal SimulatedRailway(RailwayProject project, Lifecycle lifecycle, RailwayEvents events, WorldTimings timings, Uri baseUrl)
    {
        this.project = project;
        this.lifecycle = lifecycle;
        this.events = events;
        this.timings = timings;
        this.baseUrl = baseUrl;
    }

    /// <summary>Adds a service without any deployment; gives its id.</summary>
    public string AddService(string name)
    {
        lock (project.Sync)
        {
            return project.AddService(name).ServiceId;
        }
    }

    /// <summary>Adds a service on which a good commit has been active since before the world began; gives its id.</summary>
    public string AddService(string name, string activeCommit)
    {
        lock (project.Sync)
        {
            var service = project.AddService(name);
            lifecycle.Force(project.AddDeployment(service, activeCommit, "deploy", DeploymentFate.Good), RailwayStatus.Success);
            return service.ServiceId;
        }
    }

    /// <summary>Somebody pushed: builds and starts a commit. Gives the new deployment's id.</summary>
    public string Deploy(string service, string commit, DeploymentFate fate = DeploymentFate.Good)
    {
        lock (project.Sync)
        {
            var deployment = project.AddDeployment(project.ByName(service), commit, "deploy", fate);
            lifecycle.Begin(deployment, DeploymentCourse.Build(fate, timings.Deploy));
            return deployment.Id;
        }
    }

    /// <summary>Gives a deployment any status, known to Railway or not, and leaves it there.</summary>
    public void ForceStatus(string deploymentId, string status)
    {
        lock (project.Sync)
        {
            lifecycle.Force(Find(deploymentId), status);
        }
    }

    /// <summary>From now on nobody can roll back to this deployment, as when its image is past its retention.</summary>
    public void ForbidRollback(string deploymentId)
    {
        lock (project.Sync)
        {
            Find(deploymentId).RollbackForbidden = true;
        }
    }

    /// <summary>
    /// Changes what becomes of a deployment. Between <see cref="DeploymentFate.Good"/> and
    /// <see cref="DeploymentFate.ServesErrors"/> it shows at once; anything else when it next starts.
    /// </summary>
    public void ChangeFate(string deploymentId, DeploymentFate fate)
    {
        lock (project.Sync)
        {
            Find(deploymentId).Fate = fate;
        }
    }

    /// <summary>Sets the level that a chart of the service shows, in the measurement's own unit (cores or GB).</summary>
    public void SetMetric(string service, string measurement, double level)
    {
        lock (project.Sync)
        {
            project.ByName(service).Metrics[measurement] = level;
        }
    }

    /// <summary>The deployments of a service, newest first.</summary>
    public IReadOnlyList<DeploymentSnapshot> Deployments(string service)
    {
        lock (project.Sync)
        {
            return [.. project.ByName(service).Deployments.AsEnumerable().Reverse().Select(Snapshot)];
        }
    }

    /// <summary>The deployment that replaced all before it, even if it has crashed since; null before the first.</summary>
    public DeploymentSnapshot? Active(string service)
    {
        lock (project.Sync)
        {
            return project.ByName(service).Active is { } active ? Snapshot(active) : null;
        }
    }

    /// <summary>The status of a deployment.</summary>
    public string Status(string deploymentId)
    {
        lock (project.Sync)
        {
            return Find(deploymentId).Status;
        }
    }

    /// <summary>The value of a service's variable; null when it is not set.</summary>
    public string? Variable(string service, string name)
    {
        lock (project.Sync)
        {
            return project.ByName(service).Variables.GetValueOrDefault(name);
        }
    }

    /// <summary>Where the service says how it is: 200, or 500 when it serves errors, or 503 when nothing runs.</summary>
    public Uri HealthUrl(string service) => new(baseUrl, DeployedApi.HealthPath(service));

    /// <summary>From now on posts an event there on each change of a status; null sends no more.</summary>
    public void SendEventsTo(Uri? receiver) => events.SendTo(receiver);

    private static DeploymentSnapshot Snapshot(Deployment one) =>
        new(one.Id, one.Owner.Name, one.Status, one.Commit, one.Reason, one.CreatedAt);

    private Deployment Find(string deploymentId) => project.Deployment(deploymentId)
        ?? throw new ArgumentException($"The simulated Railway has no deployment '{deploymentId}'.", nameof(deploymentId));
}
