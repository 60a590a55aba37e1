using Steward.Connectors.Railway;
using Steward.Operations.Act;
using Steward.Platform.Storage;

namespace Steward.Operations.Deploys;

/// <summary>
/// Which deployment was a service's latest when what is deployed was the newest there was: what the provider lists above it
/// came after. It is noted before anything is merged or asked for, for either may be answered long after.
/// </summary>
internal sealed class Predecessor(RailwayEnvironments railways, Soundness soundness, Database database)
{
    /// <summary>How many deployments are looked at.</summary>
    public const int Recent = 20;

    private const string None = "none";

    /// <summary>Notes the latest deployment, and whether the service answers well.</summary>
    public async Task<Deploy> NoteAsync(Deploy deploy, CancellationToken cancellationToken) =>
        await NoteAsync(deploy, newestFirst => newestFirst is [var latest, ..] ? latest : null, cancellationToken);

    /// <summary>
    /// Notes the latest deployment of when it was asked for, and whether the service answers well: the provider may have been
    /// away since. What Steward had seen by then was there by then, whatever the two clocks say.
    /// </summary>
    public async Task<Deploy> NoteAsOfAskingAsync(Deploy deploy, CancellationToken cancellationToken) =>
        await NoteAsync(deploy, newestFirst => newestFirst.FirstOrDefault(one => one.Id == deploy.PreviousId || one.CreatedAt <= deploy.CreatedAt), cancellationToken);

    /// <summary>
    /// Notes the latest deployment once more, under a permit and right before something is sent: hours may have passed behind a
    /// stop or an approval. A deploy that was called off before the gate was asked has no execution that could have been
    /// withdrawn with it.
    /// </summary>
    /// <exception cref="OvertakenException">It was called off.</exception>
    public async Task<Deploy> NoteAgainAsync(Deploy deploy, IReadOnlyList<RailwayDeployment> newestFirst, CancellationToken cancellationToken)
    {
        var noted = deploy with { PreviousId = newestFirst is [var latest, ..] ? latest.Id : None };
        return await database.WriteAsync(session => DeployStore.SaveAsync(session, noted), cancellationToken) ? noted : throw new OvertakenException("It was called off.");
    }

    /// <summary>The service's deployments at the provider.</summary>
    public Task<IReadOnlyList<RailwayDeployment>> ListAsync(Deploy deploy, CancellationToken cancellationToken)
    {
        var (railway, serviceId) = railways.Locate(deploy.ServiceId);
        return railway.ListDeploymentsAsync(serviceId, Recent, cancellationToken);
    }

    /// <summary>What came after it.</summary>
    public static IEnumerable<RailwayDeployment> After(Deploy deploy, IReadOnlyList<RailwayDeployment> newestFirst) => newestFirst.TakeWhile(one => one.Id != deploy.PreviousId);

    private async Task<Deploy> NoteAsync(Deploy deploy, Func<IReadOnlyList<RailwayDeployment>, RailwayDeployment?> choose, CancellationToken cancellationToken)
    {
        var newestFirst = await ListAsync(deploy, cancellationToken);
        return deploy with
        {
            PreviousId = choose(newestFirst)?.Id ?? None,
            // What is the latest by now may be what the provider made of the merge by itself.
            HasAnswered = deploy.HasAnswered || (newestFirst is [var latest, ..] && await soundness.AnswersAsync(deploy.Service, latest, cancellationToken)),
        };
    }
}
