namespace Steward.Operations.Events;

/// <summary>What <c>/deploy</c> and <c>/rollback</c> do.</summary>
internal sealed class CommandDeploys
{
#pragma warning disable CA1822 // They will.
    private static readonly CommandAnswer NotYet = new("Nothing was done: deploying from a comment is not built yet.");

    /// <summary>Deploys the pull request.</summary>
    public Task<CommandAnswer> DeployAsync(GivenCommand given, CancellationToken cancellationToken) => Task.FromResult(NotYet);

    /// <summary>Takes back what was deployed of the pull request.</summary>
    public Task<CommandAnswer> RollBackAsync(GivenCommand given, CancellationToken cancellationToken) => Task.FromResult(NotYet);
#pragma warning restore CA1822
}
