using Microsoft.Extensions.Options;
using Steward.Connectors.Deployed;
using Steward.Connectors.Railway;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Observe;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Operations.Deploys;

/// <summary>Looks whether a deployment that the provider calls a success is one.</summary>
internal sealed class Soundness(
    RailwayEnvironments railways, HealthProbe probe, Database database, Redactor redactor, IOptions<OperationsOptions> options, TimeProvider clock)
{
    /// <summary>Looks once: at the provider, and at the service. Gives the counts as they are now, and the next move if the provider gives one.</summary>
    public async Task<(Deploy Deploy, DeployMove? Move)> LookAsync(Deploy deploy, CancellationToken cancellationToken)
    {
        var (railway, _) = railways.Locate(deploy.ServiceId);
        var deployment = await railway.GetDeploymentAsync(deploy.DeploymentId!, cancellationToken);
        switch (Observer.Translate(deployment).State)
        {
            case DeploymentState.Failed or DeploymentState.Crashed:
                return (deploy, new DeployMove.Go(deploy, DeployState.Undoing));
            case DeploymentState.Removed:
                return (deploy, new DeployMove.End(deploy, DeployState.Overtaken, $"Deployment {deployment.Id} was replaced while it was being watched."));
            default:
                break;
        }

        if (deploy.Url is null)
        {
            return (deploy, null);
        }

        var check = await probe.CheckAsync(new Uri(deploy.Url), options.Value.SourceTimeout, cancellationToken);
        return (check.IsWell
            ? deploy with { GoodChecks = deploy.GoodChecks + 1, BadChecks = 0 }
            : deploy with { GoodChecks = 0, BadChecks = deploy.BadChecks + 1, Note = redactor.Redact(check.Detail ?? "") }, null);
    }

    /// <summary>Writes down that the deployment is not to be trusted: the loop undoes it.</summary>
    public async Task<DeployMove> DistrustAsync(Deploy deploy, CancellationToken cancellationToken)
    {
        var why = $"{deploy.Url} answered: {deploy.Note}.";
        return await database.WriteAsync(session => DeploymentStore.DistrustAsync(session, deploy.DeploymentId!, why), cancellationToken)
            ? new DeployMove.Go(deploy, DeployState.Undoing)
            : new DeployMove.Wait(deploy, clock.Now() + options.Value.VerifyInterval, "The loop has not seen the deployment yet.");
    }
}
