namespace Steward.Simulation.Railway;

/// <summary>Moves deployments through their courses. Call it under the project's lock.</summary>
internal sealed class Lifecycle(RailwayProject project, Schedule schedule, RailwayEvents events)
{
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
        lock (project.Sync)
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
        deployment.StatusUpdatedAt = project.Clock.GetUtcNow();
        deployment.HasImage |= status is RailwayStatus.Deploying or RailwayStatus.Success;
        events.Publish(project, deployment);
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
    }
}
