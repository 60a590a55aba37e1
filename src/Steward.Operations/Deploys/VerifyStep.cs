using Microsoft.Extensions.Options;
using Steward.Kernel;

namespace Steward.Operations.Deploys;

/// <summary>Asks the service itself until it has answered well several times in a row.</summary>
internal sealed class VerifyStep(Soundness soundness, IOptions<OperationsOptions> options, TimeProvider clock) : IDeployStep
{
    public DeployState State => DeployState.Verifying;

    public async Task<DeployMove> RunAsync(Deploy deploy, Guid workItem, CancellationToken cancellationToken)
    {
        var (changed, end) = await soundness.LookAsync(deploy, cancellationToken);
        if (end is not null)
        {
            return end;
        }

        if (changed.Url is null || changed.GoodChecks >= options.Value.HealthSuccesses)
        {
            return new DeployMove.Go(changed with { BadChecks = 0 }, DeployState.Watching);
        }

        if (clock.Now() - deploy.StateAt > options.Value.HealthPatience && changed.BadChecks > 0)
        {
            return soundness.IsTelling(deploy)
                ? await soundness.DistrustAsync(changed, cancellationToken)
                : new DeployMove.Go(changed, DeployState.Watching);
        }

        return new DeployMove.Wait(changed, clock.Now() + options.Value.VerifyInterval, $"{changed.GoodChecks} of {options.Value.HealthSuccesses} good answers from {changed.Url}.{(changed.BadChecks > 0 ? $" The last one: {changed.Note}" : "")}");
    }
}

/// <summary>Looks on for the settling time after go-live.</summary>
internal sealed class WatchStep(Soundness soundness, IOptions<OperationsOptions> options, TimeProvider clock) : IDeployStep
{
    public DeployState State => DeployState.Watching;

    public async Task<DeployMove> RunAsync(Deploy deploy, Guid workItem, CancellationToken cancellationToken)
    {
        var (changed, end) = await soundness.LookAsync(deploy, cancellationToken);
        if (end is not null)
        {
            return end;
        }

        // It came to answer where it had never answered well: now it can be seen whether it does.
        if (changed.HasAnswered && !soundness.IsTelling(deploy))
        {
            return new DeployMove.Go(changed, DeployState.Verifying);
        }

        var isTelling = soundness.IsTelling(changed);
        if (isTelling && changed.BadChecks >= options.Value.HealthFailures)
        {
            return await soundness.DistrustAsync(changed, cancellationToken);
        }

        if (clock.Now() < deploy.StateAt + options.Value.SettleTime || (isTelling && changed.BadChecks > 0))
        {
            return new DeployMove.Wait(changed, clock.Now() + options.Value.VerifyInterval, $"Deployment {deploy.DeploymentId} serves; it is watched until {UtcTime.ToText(deploy.StateAt + options.Value.SettleTime)}.");
        }

        if (changed is { Url: { } asked, BadChecks: > 0 })
        {
            return new DeployMove.End(changed, DeployState.Unverified,
                $"The provider says that deployment {deploy.DeploymentId} serves. {asked} was asked how the service is, as nobody said where else to ask, and did not answer well: {changed.Note?.TrimEnd('.')}. It has never answered well there, so that says nothing about the deployment, and Steward could not see for itself. If the service says elsewhere how it is: set Operations:Services:{deploy.Service}:HealthUrl.");
        }

        return changed.Url is null
            ? new DeployMove.End(changed, DeployState.Unverified,
                $"The provider says that deployment {deploy.DeploymentId} serves. No address is known at which the service says how it is, so Steward could not see for itself: set Operations:Services:{deploy.Service}:HealthUrl.")
            : new DeployMove.End(changed, DeployState.Succeeded, $"Deployment {deploy.DeploymentId} ({deploy.CommitSha ?? "version unknown"}) serves and answers well at {changed.Url}.");
    }
}
