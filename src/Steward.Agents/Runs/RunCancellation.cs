using Steward.Platform.Storage;

namespace Steward.Agents.Runs;

/// <summary>Looks whether somebody calls a run off while it goes on: at news, and once a second in case some are lost.</summary>
internal sealed class RunCancellation : IDisposable
{
    // A run goes with its agent.
    private const string Deleted = "whoever deleted its agent";

    private readonly CancellationTokenSource ending;
    private readonly IDisposable listening;
    private readonly ITimer looking;
    private readonly Database database;
    private readonly Guid runId;

    /// <param name="database">Where it is written down.</param>
    /// <param name="runId">The run.</param>
    /// <param name="clock">For the looks.</param>
    /// <param name="every">How often to look without news.</param>
    /// <param name="cancellationToken">Ends the run as well, for other reasons.</param>
    public RunCancellation(Database database, Guid runId, TimeProvider clock, TimeSpan every, CancellationToken cancellationToken)
    {
        (this.database, this.runId) = (database, runId);
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = ending.Token;
        listening = database.Signals.Listen(CancelRun.Topic, () => _ = LookAsync());
        looking = clock.CreateTimer(_ => _ = LookAsync(), null, every, every);
    }

    /// <summary>Who called it off; null when nobody did.</summary>
    public string? Who { get; private set; }

    /// <summary>Cancelled when somebody did, or the node is to let go of the run.</summary>
    public CancellationToken Token { get; }

    public void Dispose()
    {
        listening.Dispose();
        looking.Dispose();
        ending.Dispose();
    }

    private async Task LookAsync()
    {
        try
        {
            if (await database.ReadAsync(session => RunStore.FindAsync(session, runId), CancellationToken.None) is var run && run is null or { CancelledBy: not null })
            {
                Who = run?.CancelledBy ?? Deleted;
                await ending.CancelAsync();
            }
        }
        catch (Exception e) when (StoreTrouble.Is(e) || e is ObjectDisposedException)
        {
            // The next look will see it, or the run has just ended.
        }
    }
}
