using Microsoft.Extensions.Options;
using Steward.Connectors.Railway;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Observe;
using Steward.Operations.Watched;
using Steward.Platform.Http;

namespace Steward.Operations.Deploys;

/// <summary>Follows the deployment to a stable state.</summary>
internal sealed class FollowStep(RailwayEnvironments railways, Soundness soundness, IOptions<OperationsOptions> options, TimeProvider clock) : IDeployStep
{
    private static readonly TimeSpan FirstSeen = TimeSpan.FromMinutes(1);

    public DeployState State => DeployState.Following;

    public async Task<DeployMove> RunAsync(Deploy deploy, Guid workItem, CancellationToken cancellationToken)
    {
        var (railway, serviceId) = railways.Locate(deploy.ServiceId);
        var isLate = clock.Now() - deploy.StateAt > options.Value.VerifyTimeout;
        if (deploy.DeploymentId is null)
        {
            return TriggerStep.Came(deploy, await railway.ListDeploymentsAsync(serviceId, Predecessor.Recent, cancellationToken)) switch
            {
                [var only] => new DeployMove.Go(deploy with { DeploymentId = only.Id }, State),
                [] when isLate => new DeployMove.End(deploy, DeployState.Failed, "The provider accepted it and lists no new deployment. Look at the service there."),
                [] => new DeployMove.Wait(deploy, Soon, "Accepted; the provider does not list the new deployment yet."),
                var several => new DeployMove.End(deploy, DeployState.Unverified,
                    $"The provider accepted it, and somebody else deployed at the same time: which of {TriggerStep.Names(several)} came of it cannot be told, so none of them is called a success. The loop looks at what serves. Look at the service there."),
            };
        }

        if (await FindAsync(railway, deploy, cancellationToken) is not { } deployment)
        {
            return new DeployMove.Wait(deploy, Soon, $"Accepted as deployment {deploy.DeploymentId}; the provider does not show it yet.");
        }

        var state = Observer.Translate(deployment).State;
        switch (state)
        {
            case DeploymentState.Active:
                var address = ServiceHealthCheck.Address(options.Value, deploy.Service, deployment.Url);
                return new DeployMove.Go(deploy with { Url = address?.ToString(), CommitSha = deployment.Version ?? deploy.CommitSha, GoodChecks = 0, BadChecks = 0 }, DeployState.Verifying);
            case DeploymentState.Failed or DeploymentState.Crashed:
                return new DeployMove.Go(deploy, DeployState.Undoing);
            // It may have been undone before this looked at it for the first time.
            case DeploymentState.Removed when await soundness.IsFoundAsync(deploy, cancellationToken):
                return new DeployMove.Go(deploy, DeployState.Undoing);
            case DeploymentState.Removed:
                return new DeployMove.End(deploy, DeployState.Overtaken, $"Deployment {deployment.Id} was {deployment.RawStatus} before it was seen to serve.");
            default:
                return isLate
                    // Slow is not bad: it may still arrive and serve well, and is left to the loop then.
                    ? new DeployMove.End(deploy, DeployState.Failed,
                        $"Deployment {deployment.Id} was still {deployment.RawStatus} after {options.Value.VerifyTimeout:g}, and is not waited for any longer. Nothing was undone; what served before serves on unless it still arrives. Look at it there.")
                    : new DeployMove.Wait(deploy, Soon, $"Deployment {deployment.Id} is {deployment.RawStatus}.");
        }
    }

    // What was accepted is there some moments later.
    private async Task<RailwayDeployment?> FindAsync(RailwayClient railway, Deploy deploy, CancellationToken cancellationToken)
    {
        try
        {
            return await railway.GetDeploymentAsync(deploy.DeploymentId!, cancellationToken);
        }
        catch (ConnectorException e) when (e is { IsTransient: false, Effect: CallEffect.None } && clock.Now() < deploy.StateAt + FirstSeen)
        {
            return null;
        }
    }

    private DateTimeOffset Soon => clock.Now() + options.Value.VerifyInterval;
}
