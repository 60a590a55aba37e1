using System.Text.Json.Nodes;
using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>
/// The mutations of Railway's API. Each records itself when, and only when, it is performed. Call it under the
/// platform's lock.
/// </summary>
internal sealed class RailwayActions(RailwayPlatform platform, Lifecycle lifecycle, WorldTimings timings, MutationLog log)
{
    /// <summary>Deploys a commit, or the newest one that was pushed; gives the new deployment's id.</summary>
    public string Deploy(RailwayView view, string environmentId, string serviceId, string? commit)
    {
        var service = view.Environment(null, environmentId).ById(serviceId) ?? throw new GraphQlException("ServiceInstance not found");
        commit ??= platform.NewestCommit ?? service.Latest?.Commit ?? throw new GraphQlException("Service has no source to deploy");
        var next = lifecycle.Deploy(service, commit, platform.Fate(commit));
        log.Record(Systems.Railway, "ServiceInstanceDeployV2", service.FullName, next.Id);
        return next.Id;
    }

    /// <summary>Starts a new deployment of the target's image.</summary>
    public bool Rollback(RailwayView view, string id)
    {
        var target = view.Deployment(id);
        if (!target.CanRollback)
        {
            throw new GraphQlException("Deployment cannot be rolled back to");
        }

        if (target.Owner.Active == target)
        {
            throw new GraphQlException("Deployment is already active");
        }

        var next = lifecycle.RollBack(target);
        log.Record(Systems.Railway, "DeploymentRollback", id, next.Id);
        return true;
    }

    public Deployment Redeploy(RailwayView view, string id, bool usePreviousImage)
    {
        var target = view.Deployment(id);
        if (!target.IsAtRest)
        {
            throw new GraphQlException("Deployment cannot be redeployed");
        }

        var next = platform.AddDeployment(target.Owner, target.Commit, "redeploy", target.Fate);
        log.Record(Systems.Railway, "DeploymentRedeploy", id, next.Id);
        lifecycle.Begin(next, usePreviousImage && target.HasImage
            ? DeploymentCourse.StartImage(target.Fate, timings.Rollback)
            : DeploymentCourse.Build(target.Fate, timings.Deploy));
        return next;
    }

    public bool Restart(RailwayView view, string id)
    {
        var target = view.Deployment(id);
        if (target.Owner.Active != target || !target.IsAtRest)
        {
            throw new GraphQlException("Deployment is not active and cannot be restarted");
        }

        log.Record(Systems.Railway, "DeploymentRestart", id, target.Status);
        lifecycle.Restart(target);
        return true;
    }

    /// <summary>Sets a variable. Unless told to skip it, a service with an active deployment is deployed again.</summary>
    public bool UpsertVariable(RailwayView view, JsonObject input)
    {
        var environment = view.Environment(input["projectId"]!.GetValue<string>(), input["environmentId"]!.GetValue<string>());
        var serviceId = input["serviceId"]?.GetValue<string>();
        var service = serviceId is null ? null : environment.ById(serviceId) ?? throw new GraphQlException("Service not found");
        var name = input["name"]!.GetValue<string>();
        (service?.Variables ?? environment.SharedVariables)[name] = input["value"]!.GetValue<string>();
        log.Record(Systems.Railway, "VariableUpsert", service?.FullName ?? "shared", name);
        if (service?.Active is { } active && input["skipDeploys"]?.GetValue<bool>() != true)
        {
            var next = platform.AddDeployment(service, active.Commit, "redeploy", active.Fate);
            lifecycle.Begin(next, DeploymentCourse.StartImage(active.Fate, timings.Rollback));
        }

        return true;
    }
}
