namespace Steward.Simulation.Railway;

/// <summary>
/// One environment on Railway. What is done here is what people do on the other side, such as pushing a commit; it is
/// never recorded as a <see cref="Mutation"/>. Names of services and ids that do not exist are the test's mistake: they
/// raise <see cref="ArgumentException"/>.
/// </summary>
public sealed class SimulatedRailway
{
    private readonly RailwayEnvironment environment;
    private readonly RailwayPlatform platform;
    private readonly Lifecycle lifecycle;
    private readonly RailwayEvents events;
    private readonly string repository;
    private readonly Uri baseUrl;

    internal SimulatedRailway(RailwayEnvironment environment, Lifecycle lifecycle, RailwayEvents events, string repository, Uri baseUrl)
    {
        (this.environment, platform) = (environment, environment.Platform);
        (this.lifecycle, this.events, this.repository, this.baseUrl) = (lifecycle, events, repository, baseUrl);
    }

    /// <summary>The environment's name.</summary>
    public string Environment => environment.Name;

    /// <summary>Adds a service without any deployment; gives its id, which it shares with services of that name in other environments of the project.</summary>
    public string AddService(string name)
    {
        lock (platform.Sync)
        {
            return environment.AddService(name).ServiceId;
        }
    }

    /// <summary>Adds a service on which a good commit has been active since before the world began; gives its id.</summary>
    public string AddService(string name, string activeCommit)
    {
        lock (platform.Sync)
        {
            var service = environment.AddService(name);
            lifecycle.Force(platform.AddDeployment(service, activeCommit, "deploy", DeploymentFate.Good), RailwayStatus.Success);
            return service.ServiceId;
        }
    }

    /// <summary>Says which repository the service is built from, as "owner/name"; null: it is not built from one.</summary>
    public void SetRepository(string service, string? ownerAndName) => With(service, one => one.Repository = ownerAndName);

    /// <summary>From now on the service is built from the world's repository, and every push to its default branch deploys it.</summary>
    public void AutoDeploy(string service) => With(service, one => (one.Repository, one.DeploysPushes) = (repository, true));

    /// <summary>
    /// The default branch of the world's repository is at this commit now. Services of every environment that follow it
    /// (<see cref="AutoDeploy"/>) begin a deployment, and it is what is deployed where no commit is named.
    /// </summary>
    public void Pushed(string commit)
    {
        lock (platform.Sync)
        {
            platform.NewestCommit = commit;
            foreach (var service in platform.Environments.SelectMany(one => one.Services).Where(one => one.DeploysPushes))
            {
                lifecycle.Deploy(service, commit, platform.Fate(commit));
            }
        }
    }

    /// <summary>What is to become of commits that a client or a push deploys and of which nothing else is said; good at first.</summary>
    public DeploymentFate FateOfOthers
    {
        get
        {
            lock (platform.Sync)
            {
                return platform.FateOfOthers;
            }
        }

        set
        {
            lock (platform.Sync)
            {
                platform.FateOfOthers = value;
            }
        }
    }

    /// <summary>What is to become of a commit wherever a client or a push deploys it; <see cref="FateOfOthers"/> where nothing is said.</summary>
    public void SetFate(string commit, DeploymentFate fate)
    {
        lock (platform.Sync)
        {
            platform.SetFate(commit, fate);
        }
    }

    /// <summary>Somebody deployed a commit of this service alone: builds and starts it. Gives the new deployment's id.</summary>
    public string Deploy(string service, string commit, DeploymentFate fate = DeploymentFate.Good)
    {
        lock (platform.Sync)
        {
            return lifecycle.Deploy(environment.ByName(service), commit, fate).Id;
        }
    }

    /// <summary>Somebody went back to an earlier deployment by hand. Gives the new deployment's id; null when Railway refused.</summary>
    public string? RollBack(string deploymentId)
    {
        lock (platform.Sync)
        {
            var target = Find(deploymentId);
            return target.CanRollback && target.Owner.Active != target ? lifecycle.RollBack(target).Id : null;
        }
    }

    /// <summary>Somebody restarted the container of the deployment that is active, by hand.</summary>
    public void Restart(string deploymentId)
    {
        lock (platform.Sync)
        {
            lifecycle.Restart(Find(deploymentId));
        }
    }

    /// <summary>From now on calls back on each status that a deployment of this environment enters. On the thread that moves the world: be quick.</summary>
    public void OnStatus(Action<DeploymentSnapshot> see) => lifecycle.Entered += deployment =>
    {
        if (deployment.Owner.Environment == environment)
        {
            see(Snapshot(deployment));
        }
    };

    /// <summary>Gives a deployment any status, known to Railway or not, and leaves it there.</summary>
    public void ForceStatus(string deploymentId, string status)
    {
        lock (platform.Sync)
        {
            lifecycle.Force(Find(deploymentId), status);
        }
    }

    /// <summary>From now on nobody can roll back to this deployment, as when its image is past its retention.</summary>
    public void ForbidRollback(string deploymentId)
    {
        lock (platform.Sync)
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
        lock (platform.Sync)
        {
            Find(deploymentId).Fate = fate;
        }
    }

    /// <summary>Sets the level that a chart of the service shows.</summary>
    /// <param name="service">The service.</param>
    /// <param name="measurement">One of the schema's MetricMeasurement, such as CPU_USAGE.</param>
    /// <param name="level">The level, in the measurement's own unit (cores or GB).</param>
    /// <param name="since">From when on; null: it has always been so.</param>
    public void SetMetric(string service, string measurement, double level, DateTimeOffset? since = null) =>
        With(service, one => one.Metric(measurement).Set(level, since));

    /// <summary>Sets how the service's users fare. Without it: 60 requests a minute, none of them failing, 80 ms at the 95th percentile.</summary>
    /// <param name="service">The service.</param>
    /// <param name="errorShare">The share of requests that are answered with 500, 0 to 1.</param>
    /// <param name="p95">The 95th percentile of the duration, in ms; half of it is the median.</param>
    /// <param name="requestsPerMinute">How many requests come; 0 for none.</param>
    /// <param name="since">From when on; null: it has always been so.</param>
    public void SetHttp(string service, double errorShare, double p95, double requestsPerMinute = 60, DateTimeOffset? since = null) => With(service, one =>
    {
        one.Http.ErrorShare.Set(errorShare, since);
        one.Http.P95.Set(p95, since);
        one.Http.RequestsPerMinute.Set(requestsPerMinute, since);
    });

    /// <summary>The deployments of a service, newest first.</summary>
    public IReadOnlyList<DeploymentSnapshot> Deployments(string service)
    {
        lock (platform.Sync)
        {
            return [.. environment.ByName(service).Deployments.AsEnumerable().Reverse().Select(Snapshot)];
        }
    }

    /// <summary>The deployment that replaced all before it, even if it has crashed since; null before the first.</summary>
    public DeploymentSnapshot? Active(string service)
    {
        lock (platform.Sync)
        {
            return environment.ByName(service).Active is { } active ? Snapshot(active) : null;
        }
    }

    /// <summary>The status of a deployment.</summary>
    public string Status(string deploymentId)
    {
        lock (platform.Sync)
        {
            return Find(deploymentId).Status;
        }
    }

    /// <summary>The value of a service's variable; null when it is not set.</summary>
    public string? Variable(string service, string name)
    {
        lock (platform.Sync)
        {
            return environment.ByName(service).Variables.GetValueOrDefault(name);
        }
    }

    /// <summary>Where the service says how it is: 200, or 500 when it serves errors, or 503 when nothing runs.</summary>
    public Uri HealthUrl(string service) => new(baseUrl, DeployedApi.HealthPath(environment, service));

    /// <summary>From now on posts an event there on each change of a status, in any environment: the webhook is the project's. Null sends no more.</summary>
    public void SendEventsTo(Uri? receiver) => events.SendTo(receiver);

    private static DeploymentSnapshot Snapshot(Deployment one) =>
        new(one.Id, one.Owner.Name, one.Status, one.Commit, one.Reason, one.CreatedAt, one.Fate);

    private void With(string service, Action<ServiceInstance> change)
    {
        lock (platform.Sync)
        {
            change(environment.ByName(service));
        }
    }

    private Deployment Find(string deploymentId) => platform.Deployment(deploymentId)
        ?? throw new ArgumentException($"The simulated Railway has no deployment '{deploymentId}'.", nameof(deploymentId));
}
