using Microsoft.Extensions.Hosting;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Runs;

/// <summary>Lets the runs that a kill switch holds look again at once when one is lifted.</summary>
internal sealed class WakeHeldRuns(Database database, TimeProvider clock) : IHostedService
{
    private IDisposable? listening;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        listening = database.Signals.Listen(KillSwitch.Topic, () => _ = WakeAsync());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        listening?.Dispose();
        return Task.CompletedTask;
    }

    private async Task WakeAsync()
    {
        try
        {
            await database.WriteAsync(session => WorkLedger.WakeAsync(session, RunAgent.WorkKind, KillSwitch.ReasonBegins, clock.Now()), CancellationToken.None);
        }
        catch (Exception e) when (StoreTrouble.Is(e))
        {
            // They look by themselves, a little later.
        }
    }
}
