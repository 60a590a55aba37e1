using Microsoft.Extensions.Options;
using Steward.Connectors.Deployed;
using Steward.Connectors.Railway;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Observe;
using Steward.Operations.Watched;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Operations.Deploys;

/// <summary>What one look at a deployment found.</summary>
/// <param name="Deployment">The provider's words.</param>
/// <param name="State">What they mean.</param>
/// <param name="Health">The service's own answer; null when it was not asked.</param>
internal sealed record Look(RailwayDeployment Deployment, DeploymentState State, HealthCheck? Health)
{
    /// <summary>True when it is up and, where it was asked, answers well.</summary>
    public bool IsGood => State == DeploymentState.Active && Health?.IsWell != false;

    /// <summary>How it is, for people.</summary>
    public string Word => Health is { IsWell: false, Detail: var detail } ? $"{Deployment.RawStatus} and not well ({detail})" : Deployment.RawStatus;
}

/// <summary>Looks whether a deployment that the provider calls a success is one.</summary>
internal sealed class Soundness(
    RailwayEnvironments railways, HealthProbe probe, Database database, Redactor redactor, IOptions<OperationsOptions> options, TimeProvider clock)
{
    /// <summary>Looks once at any deployment: at the provider and, where it is up and there is an address, at the service itself.</summary>
    /// <param name="serviceId">The key of its service.</param>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="address">Where the service says how it is; null where it cannot be asked.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    public async Task<Look> LookAsync(string serviceId, string deploymentId, Uri? address, CancellationToken cancellationToken) =>
        await LookAsync(await railways.Locate(serviceId).Client.GetDeploymentAsync(deploymentId, cancellationToken), address, cancellationToken);

    /// <summary>Looks once at a deployment of which the provider has just told.</summary>
    public async Task<Look> LookAsync(RailwayDeployment deployment, Uri? address, CancellationToken cancellationToken)
    {
        var state = Observer.Translate(deployment).State;
        return new Look(deployment, state, address is null || state is DeploymentState.Failed or DeploymentState.Crashed or DeploymentState.Removed
            ? null
            : await probe.CheckAsync(address, options.Value.SourceTimeout, cancellationToken));
    }

    /// <summary>Looks once at what is deployed. Gives the counts as they are now, and the next move if the provider gives one.</summary>
    public async Task<(Deploy Deploy, DeployMove? Move)> LookAsync(Deploy deploy, CancellationToken cancellationToken)
    {
        var look = await LookAsync(deploy.ServiceId, deploy.DeploymentId!, deploy.Url is { } url ? new Uri(url) : null, cancellationToken);
        switch (look.State)
        {
            case DeploymentState.Failed or DeploymentState.Crashed:
                return (deploy, new DeployMove.Go(deploy, DeployState.Undoing));
            // The loop may have decided on it before this did.
            case DeploymentState.Removed when await IsFoundAsync(deploy, cancellationToken):
                return (deploy, new DeployMove.Go(deploy, DeployState.Undoing));
            case DeploymentState.Removed:
                return (deploy, new DeployMove.End(deploy, DeployState.Overtaken, $"Deployment {look.Deployment.Id} was replaced while it was being watched."));
            default:
                break;
        }

        return (look.Health switch
        {
            null => deploy,
            { IsWell: true } => deploy with { GoodChecks = deploy.GoodChecks + 1, BadChecks = 0, HasAnswered = true },
            var ill => deploy with { GoodChecks = 0, BadChecks = deploy.BadChecks + 1, Note = redactor.Redact(ill.Detail ?? "") },
        }, null);
    }

    /// <summary>
    /// True when the deployment answers well where its successor will be asked. An address that nobody set and that never
    /// answered well says nothing about a deployment when it does not answer well now.
    /// </summary>
    public async Task<bool> AnswersAsync(string service, RailwayDeployment deployment, CancellationToken cancellationToken) =>
        ServiceHealthCheck.Address(options.Value, service, deployment.Url) is { } address
        && (await IsWellAsync(deployment, address, cancellationToken) || await IsWellAsync(deployment, address, cancellationToken));

    // Asked twice: one check in twenty fails of a service that is well.
    private async Task<bool> IsWellAsync(RailwayDeployment deployment, Uri address, CancellationToken cancellationToken) =>
        await LookAsync(deployment, address, cancellationToken) is { State: DeploymentState.Active, Health.IsWell: true };

    /// <summary>True when a bad answer speaks against a deployment: its owner said where it says how it is, or the service has answered well there.</summary>
    public bool IsTelling(Deploy deploy) => deploy.HasAnswered || ServiceHealthCheck.IsSet(options.Value, deploy.Service);

    /// <summary>True when the loop has found something wrong with the deployment: what became of it is told with that.</summary>
    public Task<bool> IsFoundAsync(Deploy deploy, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (await FindingStore.OfSubjectAsync(session, Finding.OfDeployment(deploy.DeploymentId!))).Count > 0, cancellationToken);

    /// <summary>Writes down that the deployment is not to be trusted: the loop undoes it.</summary>
    public async Task<DeployMove> DistrustAsync(Deploy deploy, CancellationToken cancellationToken)
    {
        var why = $"{deploy.Url} answered: {deploy.Note}.";
        var (isWatched, isMarked) = await database.WriteAsync(async session => (
            (await ServiceStore.AllAsync(session)).Any(service => service.Id == deploy.ServiceId && service.IsWatched),
            await DeploymentStore.DistrustAsync(session, deploy.DeploymentId!, why)), cancellationToken);
        if (isWatched && isMarked)
        {
            return new DeployMove.Go(deploy, DeployState.Undoing);
        }

        // The loop sees a new deployment at its next poll, unless the provider does not let it look.
        return isWatched && clock.Now() - deploy.StateAt < options.Value.VerifyTimeout + options.Value.HealthPatience + options.Value.SettleTime
            ? new DeployMove.Wait(deploy, clock.Now() + options.Value.VerifyInterval, $"The loop has not seen deployment {deploy.DeploymentId} yet. It is bad: {why}")
            : new DeployMove.End(deploy, DeployState.Failed, $"Deployment {deploy.DeploymentId} is bad: {why} The loop does not look at {deploy.Service}, so nothing was undone. To undo it: have it watched, then steward rollback {deploy.Service}.");
    }
}
