namespace Steward.Simulation.Railway;

/// <summary>Moves deployments through their courses. Call it under the platform's lock.</summary>
internal sealed class Lifecycle(RailwayPlatform platform, Schedule schedule, RailwayEvents events, WorldTimings timings)
{
    /// <summary>Told of every status that a deployment enters, when all that comes with it has happened.</summary>
    public event Action<Deployment>? Entered;

    /// <summary>Begins to build a commit and start it.</summary>
    public Deployment Deploy(ServiceInstance service, string commit, DeploymentFate fate)
    {
        var deployment = platform.AddDeployment(service, commit, "deploy", fate);
        Begin(deployment, DeploymentCourse.Build(fate, timings.Deploy));
        return deployment;
    }

    /// <summary>Begins to start a deployment's image again, as a new deployment.</summary>
    public Deployment RollBack(Deployment target)
    {
        var deployment = platform.AddDeployment(target.Owner, target.Commit, "rollback", target.Fate);
        Begin(deployment, DeploymentCourse.StartImage(target.Fate, timings.Rollback));
        return deployment;
    }

    /// <summary>Begins to start a deployment's container again.</summary>
    public void Restart(Deployment deployment) => Begin(deployment, DeploymentCourse.Restart(deployment.Fate, timings.Restart));

    /// <summary>Begins a course; whatever the deployment was going through ends.</summary>
    public void Begin(Deployment deployment, DeploymentCourse course)
    {
        Halt(deployment);
        Continue(deployment, course, deployment.Course, 0);
    }

    /// <summary>Gives a deployment a status and leaves it there.</summary>
    public void Force(Deployment deployment, string status)
    {
        Halt(deployment);
        Enter(deployment, status);
    }

    private static void Halt(Deployment deployment)
    {
        deployment.Course++;
        deployment.NextStep?.Dispose();
        deployment.NextStep = null;
    }

    private void Continue(Deployment deployment, DeploymentCourse course, int number, int next)
    {
        for (; next < course.Steps.Count && deployment.Course == number; next++)
        {
            var begun = next == 0 ? 0 : course.Steps[next - 1].At;
            var delay = schedule.Scale(course.Duration * (course.Steps[next].At - begun));
            if (delay > TimeSpan.Zero)
            {
                var step = next;
                deployment.NextStep = schedule.After(delay, () => Step(deployment, course, number, step));
                return;
            }

            Enter(deployment, course.Steps[next].Status);
        }
    }

    private void Step(Deployment deployment, DeploymentCourse course, int number, int step)
    {
        lock (platform.Sync)
        {
            if (deployment.Course == number)
            {
                Enter(deployment, course.Steps[step].Status);
                Continue(deployment, course, number, step + 1);
            }
        }
    }

    private void Enter(Deployment deployment, string status)
    {
        deployment.Status = status;
        deployment.StatusUpdatedAt = platform.Clock.GetUtcNow();
        deployment.HasImage |= status is RailwayStatus.Deploying or RailwayStatus.Success;
        events.Publish(deployment);
        var service = deployment.Owner;
        if (status is RailwayStatus.Success or RailwayStatus.Crashed)
        {
            var replaced = service.Active;
            service.Active = deployment;
            if (replaced is not null && replaced != deployment)
            {
                Force(replaced, RailwayStatus.Removed);
            }
        }
        else if (service.Active == deployment && status is (RailwayStatus.Removed or RailwayStatus.Failed))
        {
            service.Active = null;
        }

        Entered?.Invoke(deployment);
    }
}
