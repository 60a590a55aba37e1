using Microsoft.Extensions.Options;
using Steward.Connectors.Railway;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Platform.Storage;

namespace Steward.Operations.Act;

/// <summary>
/// Counts the good looks at what was brought back. What dies at once is up for a moment before: only what gives several good
/// looks in a row and stays up for the settling time has recovered. The count is kept with the finding, so that a crash of
/// Steward's loses nothing of it.
/// </summary>
internal sealed class Settling(Database database, IOptions<OperationsOptions> options, TimeProvider clock)
{
    /// <summary>Counts one good look.</summary>
    /// <param name="finding">The finding that is being undone.</param>
    /// <param name="deployment">What was looked at.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    public async Task<Settled> GoodAsync(Finding finding, RailwayDeployment deployment, CancellationToken cancellationToken)
    {
        var (good, since) = await database.ReadAsync(session => FindingStore.ServingAsync(session, finding.Id), cancellationToken);
        if (since is null || deployment.StatusUpdatedAt > since)
        {
            // Where the status changed after the last look, it died and came back between two.
            (good, since) = (0, clock.Now());
        }

        good++;
        await NoteAsync(finding, good, since, cancellationToken);
        var until = since.Value + options.Value.SettleTime;
        return new Settled(good >= options.Value.HealthSuccesses && clock.Now() >= until, since.Value,
            $"{good} good looks in a row of at least {options.Value.HealthSuccesses}, watched until {UtcTime.ToText(until)}");
    }

    /// <summary>Begins the count anew: the last look was not good.</summary>
    public Task ForgetAsync(Finding finding, CancellationToken cancellationToken) => NoteAsync(finding, 0, null, cancellationToken);

    private Task NoteAsync(Finding finding, int good, DateTimeOffset? since, CancellationToken cancellationToken) =>
        database.WriteAsync(session => FindingStore.NoteServingAsync(session, finding.Id, good, since), cancellationToken);
}

/// <summary>What the good looks come to.</summary>
/// <param name="IsOver">True when there were enough of them for long enough.</param>
/// <param name="Since">When the first of them was.</param>
/// <param name="Progress">How many there were and how many it takes, for people.</param>
internal sealed record Settled(bool IsOver, DateTimeOffset Since, string Progress);
