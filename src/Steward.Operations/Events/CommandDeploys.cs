using Steward.Kernel;
using Steward.Operations.Deploys;
using Steward.Platform.Storage;

namespace Steward.Operations.Events;

/// <summary>What <c>/deploy</c> and <c>/rollback</c> do: they ask for a deploy like any other, which looks, merges and verifies by itself.</summary>
internal sealed class CommandDeploys(StartDeploy start, Database database)
{
    // How far the clocks of two nodes may be apart: one took the command in, another may carry it out.
    private static readonly TimeSpan ClocksApart = TimeSpan.FromSeconds(5);

    /// <summary>Deploys the pull request.</summary>
    public async Task<CommandAnswer> DeployAsync(GivenCommand given, CancellationToken cancellationToken) =>
        await OursAsync(given, DeployKind.PullRequest, cancellationToken) is { } before
            ? Begun(before)
            : Tell(await start.HandleAsync(new DeployRequest(given.Number, Environment: given.Command.Argument, Repository: given.Repository.ToString()), given.Person, cancellationToken));

    /// <summary>Takes back what was last deployed of the pull request.</summary>
    public async Task<CommandAnswer> RollBackAsync(GivenCommand given, CancellationToken cancellationToken)
    {
        if (await LastAsync(given, cancellationToken) is not { } deployed)
        {
            return new("Nothing was done: this pull request was never deployed from here. `steward rollback SERVICE` takes back what was deployed otherwise.");
        }

        return await OursAsync(given, DeployKind.RollBack, cancellationToken) is { } before
            ? Begun(before)
            : Tell(await start.HandleAsync(new RollbackRequest(deployed.Service, Environment: deployed.Environment), given.Person, cancellationToken));
    }

    /// <summary>The newest deploy of the pull request; null when there was none.</summary>
    public async Task<Deploy?> LastAsync(GivenCommand given, CancellationToken cancellationToken) =>
        (await ListAsync(null, given, cancellationToken)).FirstOrDefault(deploy => deploy.Kind == DeployKind.PullRequest);

    // The command may run again after a crash: what this person asked for since it was given is what it began.
    private async Task<Deploy?> OursAsync(GivenCommand given, DeployKind kind, CancellationToken cancellationToken)
    {
        var service = kind == DeployKind.RollBack ? (await LastAsync(given, cancellationToken))?.Service : null;
        return (await ListAsync(service, given, cancellationToken))
            .FirstOrDefault(deploy => deploy.Kind == kind && deploy.RequestedBy == given.Person.Name && deploy.CreatedAt >= given.Since - ClocksApart);
    }

    private async Task<IReadOnlyList<Deploy>> ListAsync(string? service, GivenCommand given, CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync(session => DeployStore.ListAsync(session, service, service is null ? given.Number : null, onlyOpen: false, new PageRequest()), cancellationToken)).Items
            .Where(deploy => deploy.Repository is null || string.Equals(deploy.Repository, given.Repository.ToString(), StringComparison.OrdinalIgnoreCase))];

    private static CommandAnswer Tell(Outcome<Deploy> outcome) => outcome.IsRefused
        ? new("Nothing was begun.", outcome.Refusal.Message)
        : Begun(outcome.Value);

    private static CommandAnswer Begun(Deploy deploy) =>
        new("It is under way: the checks, the merge, the deployment and whether it serves. What comes of it is told here.", $"{deploy.Title}\n{deploy.CorrelationId}\nasked for by {deploy.RequestedBy}");
}
