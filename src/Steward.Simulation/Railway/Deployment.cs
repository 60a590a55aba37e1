namespace Steward.Simulation.Railway;

/// <summary>One deployment. Read and changed under the platform's lock.</summary>
internal sealed class Deployment(string id, long number, ServiceInstance owner, string commit, string reason, DeploymentFate fate, DateTimeOffset createdAt)
{
    public string Id => id;

    /// <summary>Orders deployments that were created at the same instant.</summary>
    public long Number => number;

    public ServiceInstance Owner => owner;

    public string Commit => commit;

    /// <summary>"deploy", "rollback" or "redeploy".</summary>
    public string Reason => reason;

    public DeploymentFate Fate { get; set; } = fate;

    public string Status { get; set; } = RailwayStatus.Queued;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset StatusUpdatedAt { get; set; } = createdAt;

    /// <summary>True once an image was built, which a rollback needs.</summary>
    public bool HasImage { get; set; }

    public bool RollbackForbidden { get; set; }

    /// <summary>Counts the courses that were begun; a step of an older course is void.</summary>
    public int Course { get; set; }

    /// <summary>The timer of the next step.</summary>
    public IDisposable? NextStep { get; set; }

    public bool IsAtRest => Status is RailwayStatus.Success or RailwayStatus.Failed or RailwayStatus.Crashed
        or RailwayStatus.Removed or RailwayStatus.Sleeping or RailwayStatus.Skipped;

    public bool CanRollback => HasImage && !RollbackForbidden && IsAtRest;

    public bool IsServing => Status is RailwayStatus.Success or RailwayStatus.Sleeping;

    public string Host => $"{owner.Name}-{owner.Environment.Name}.up.railway.invalid";
}
