using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Connectors.Railway;

// What changes something. Railway knows no key that would make a repeat harmless: after an unknown outcome look at the
// service's deployments before anything is repeated.
public sealed partial class RailwayClient
{
    private const string Began = "Railway began deployment ";

    /// <summary>The deployment that Railway's answer named, of what was written down about a deploy; null when it says nothing of the kind.</summary>
    /// <param name="detail">What came of the call, as the gate tells it when it is asked again.</param>
    public static string? DeploymentOf(string? detail) =>
        detail?.StartsWith(Began, StringComparison.Ordinal) == true ? detail[Began.Length..].TrimEnd('.') : null;

    /// <summary>
    /// Deploys a commit; gives the new deployment's id. It returns when Railway has accepted it, before anything is built.
    /// After a lost answer look at <see cref="ListDeploymentsAsync"/>, newest first: a deployment that is before the one
    /// that was newest when the permit was asked for, with this commit as its <see cref="RailwayDeployment.Version"/>, is
    /// it, or another of the same commit, which is as good. Without a commit it may as well be somebody's push. Compare places
    /// in that list rather than times: Railway's clock is not ours.
    /// </summary>
    /// <param name="permit">For <see cref="RailwayCalls.Deploy"/>.</param>
    /// <param name="service">The service.</param>
    /// <param name="commitSha">The commit, whole; null for the newest of the branch that the service follows.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<string> DeployAsync(Permit permit, RailwayServiceRef service, string? commitSha, CancellationToken cancellationToken)
    {
        railway.Require(RailwayOperation.ServiceInstanceDeployV2);
        return await permit.RunAsync(Calls.Deploy(service, commitSha), async sending =>
            (await railway.SendAsync<RailwayWire.DeployData>(
                RailwayOperation.ServiceInstanceDeployV2, new { serviceId = service.Id, environmentId = Environment.Id, commitSha }, sending)).ServiceInstanceDeployV2,
            id => $"{Began}{id}.", cancellationToken);
    }

    /// <summary>Has Railway start a new deployment of an earlier one's image. It returns when Railway has accepted it, long before the service runs again.</summary>
    /// <param name="permit">For <see cref="RailwayCalls.Rollback"/>.</param>
    /// <param name="service">The service that the deployment is of; the caller has seen that it is.</param>
    /// <param name="deploymentId">The deployment to go back to; its <see cref="RailwayDeployment.CanRollback"/> says whether Railway would.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task RollbackAsync(Permit permit, RailwayServiceRef service, string deploymentId, CancellationToken cancellationToken)
    {
        railway.Require(RailwayOperation.DeploymentRollback);
        await permit.RunAsync(Calls.Rollback(service, deploymentId), async sending =>
        {
            var data = await railway.SendAsync<RailwayWire.RollbackData>(RailwayOperation.DeploymentRollback, new { id = deploymentId }, sending);
            return Accepted(RailwayOperation.DeploymentRollback, data.DeploymentRollback);
        }, _ => $"Railway accepted the rollback to deployment {deploymentId}.", cancellationToken);
    }

    /// <summary>Deploys a deployment once more; gives the new deployment's id.</summary>
    /// <param name="permit">For <see cref="RailwayCalls.Redeploy"/>.</param>
    /// <param name="service">The service that the deployment is of.</param>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="sameImage">True to start the image that it had, false to build again.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<string> RedeployAsync(Permit permit, RailwayServiceRef service, string deploymentId, bool sameImage, CancellationToken cancellationToken)
    {
        railway.Require(RailwayOperation.DeploymentRedeploy);
        return await permit.RunAsync(Calls.Redeploy(service, deploymentId, sameImage), async sending =>
            (await railway.SendAsync<RailwayWire.RedeployData>(
                RailwayOperation.DeploymentRedeploy, new { id = deploymentId, usePreviousImageTag = sameImage }, sending)).DeploymentRedeploy.Id,
            id => $"{Began}{id}.", cancellationToken);
    }

    /// <summary>Restarts a deployment's container.</summary>
    /// <param name="permit">For <see cref="RailwayCalls.Restart"/>.</param>
    /// <param name="service">The service that the deployment is of.</param>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task RestartAsync(Permit permit, RailwayServiceRef service, string deploymentId, CancellationToken cancellationToken)
    {
        railway.Require(RailwayOperation.DeploymentRestart);
        await permit.RunAsync(Calls.Restart(service, deploymentId), async sending =>
        {
            var data = await railway.SendAsync<RailwayWire.RestartData>(RailwayOperation.DeploymentRestart, new { id = deploymentId }, sending);
            return Accepted(RailwayOperation.DeploymentRestart, data.DeploymentRestart);
        }, _ => $"Railway accepted the restart of deployment {deploymentId}.", cancellationToken);
    }

    /// <summary>Sets a variable of a service. A repeat is harmless: it sets the same value. Needs <c>Railway:ProjectId</c>.</summary>
    /// <param name="permit">For <see cref="RailwayCalls.SetVariable"/>.</param>
    /// <param name="service">The service.</param>
    /// <param name="name">The variable's name.</param>
    /// <param name="value">Its new value; it is in no log and no audit row.</param>
    /// <param name="deploy">True to have Railway deploy the service again with it.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task UpsertVariableAsync(Permit permit, RailwayServiceRef service, string name, Secret value, bool deploy, CancellationToken cancellationToken)
    {
        railway.Require(RailwayOperation.VariableUpsert, project: true);
        await permit.RunAsync(Calls.SetVariable(service, name, value, deploy), async sending =>
        {
            var input = new { Environment.ProjectId, environmentId = Environment.Id, serviceId = service.Id, name, value = value.Reveal(), skipDeploys = !deploy };
            var data = await railway.SendAsync<RailwayWire.VariableData>(RailwayOperation.VariableUpsert, new { input }, sending);
            return Accepted(RailwayOperation.VariableUpsert, data.VariableUpsert);
        }, _ => $"Railway set {name}.", cancellationToken);
    }

    // "false" is in the schema and not documented: it may mean anything.
    private static bool Accepted(RailwayOperation operation, bool answer) => answer
        ? true
        : throw new ConnectorException(Vendor, operation.Name, "it answered false, which may mean anything. Look at the service on Railway.") { IsTransient = true };
}
