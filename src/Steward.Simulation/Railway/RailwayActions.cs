using System.Text.Json.Nodes;
using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>
/// The mutations of Railway's API. Each records itself when, and only when, it is performed. Call it under the project's
/// lock.
/// </summary>
internal sealed class RailwayActions(RailwayProject project, Lifecycle lifecycle, WorldTimings timings, MutationLog log)
{
    /// <summary>Starts a new deployment of the target's image.</summary>
    public bool Rollback(string id)
    {
        var target = Find(id);
        if (!target.CanRollback)
        {
            throw new GraphQlException("Deployment cannot be rolled back to");
        }

        if (target.Owner.Active == target)
        {
            throw new GraphQlException("Deployment is already active");
        }

        var next = project.AddDeployment(target.Owner, target.Commit, "rollback", target.Fate);
        log.Record(Systems.Railway, "DeploymentRollback", id, next.Id);
        lifecycle.Begin(next, DeploymentCourse.StartImage(target.Fate, timings.Rollback));
        return true;
    }

    public Deployment Redeploy(string id, bool usePreviousImage)
    {
        var target = Find(id);
        if (!target.IsAtRest)
        {
            throw new GraphQlException("Deployment cannot be redeployed");
        }

        var next = project.AddDeployment(target.Owner, target.Commit, "redeploy", target.Fate);
        log.Record(Systems.Railway, "DeploymentRedeploy", id, next.Id);
        lifecycle.Begin(next, usePreviousImage && target.HasImage
            ? DeploymentCourse.StartImage(target.Fate, timings.Rollback)
            : DeploymentCourse.Build(target.Fate, timings.Deploy));
        return next;
    }

    public bool Restart(string id)
    {
        var target = Find(id);
        if (target.Owner.Active != target || !target.IsAtRest)
        {
            throw new GraphQlException("Deployment is not active and cannot be restarted");
        }

        log.Record(Systems.Railway, "DeploymentRestart", id, target.Status);
        lifecycle.Begin(target, DeploymentCourse.Restart(target.Fate, timings.Restart));
        return true;
    }

    /// <summary>Sets a variable. Unless told to skip it, a service with an active deployment is deployed again.</summary>
    public bool UpsertVariable(JsonObject input)
    {
        RailwaySchema.CheckScope(project, input["projectId"]!.GetValue<string>(), input["environmentId"]!.GetValue<string>());
        var serviceId = input["serviceId"]?.GetValue<string>();
        var service = serviceId is null ? null : project.ById(serviceId) ?? throw new GraphQlException("Service not found");
        var name = input["name"]!.GetValue<string>();
        (service?.Variables ?? project.SharedVariables)[name] = input["value"]!.GetValue<string>();
        log.Record(Systems.Railway, "VariableUpsert", service?.Name ?? "shared", name);
        if (service?.Active is { } active && input["skipDeploys"]?.GetValue<bool>() != true)
        {
            var next = project.AddDeployment(service, active.Commit, "redeploy", active.Fate);
            lifecycle.Begin(next, DeploymentCourse.StartImage(active.Fate, timings.Rollback));
        }

        return true;
    }

    private Deployment Find(string id) => project.Deployment(id) ?? throw new GraphQlException("Deployment not found");
}
