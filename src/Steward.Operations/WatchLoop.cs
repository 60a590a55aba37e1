using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Kernel;
using Steward.Operations.Observe;
using Steward.Platform.Work;

namespace Steward.Operations;

/// <summary>
/// The loop, as one ledger item that never ends: it runs a turn, then waits for the polling interval or for an event to
/// wake it. Its lease makes one node run it at a time, and another go on when that one dies.
/// </summary>
public sealed partial class WatchLoop(
    Cycle cycle, Observer observer, WorkLedger ledger, IOptions<OperationsOptions> options, TimeProvider clock, ILogger<WatchLoop> log) : IWorkHandler, IHostedService
{
    private const string WorkKind = "operations.watch";
    private const string Occurrence = "loop";

    // Only a turn that kills its process counts; every turn that ends sets the count back.
    private const int MaxAttempts = 100;

    // The loop runs one turn at a time; a node that takes it over begins anew with short steps.
    private TimeSpan interval = TimeSpan.Zero;
    private DateTimeOffset planned;

    /// <inheritdoc />
    public string Kind => WorkKind;

    /// <inheritdoc />
    public string CallOff(WorkItem item) => "It never ends, and would not come back before the next start.";

    /// <inheritdoc />
    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (!observer.HasSources)
        {
            return WorkResult.WaitUntil(clock.Now() + options.Value.PollInterval, "Nothing to watch: neither Railway nor GitHub nor n8n is configured (Railway:Token and Railway:EnvironmentId; GitHub:Repository and an App or GitHub:Token; N8n:BaseUrl and N8n:ApiKey).");
        }

        CycleResult turn;
        try
        {
            // Woken before its time: somebody has news.
            turn = await cycle.RunOnceAsync(clock.Now() < planned, cancellationToken);
        }
        catch (DbException e)
        {
            LogTurnFailed(log, e);
            return WorkResult.WaitUntil(clock.Now() + options.Value.PollInterval, $"The last turn failed: {e.Message}");
        }

        interval = Next(interval, turn.IsMoving || turn.Findings.Count > 0, options.Value);
        planned = clock.Now() + interval;
        planned = observer.Next is { } next && next < planned ? next : planned;
        return WorkResult.WaitUntil(planned, turn.Missing.Count == 0
            ? $"{turn.Services} services, {turn.Findings.Count} new findings."
            : $"{turn.Services} services, {turn.Findings.Count} new findings; no answer from {string.Join("; ", turn.Missing)}.");
    }

    /// <summary>How long to wait after a turn: the short time when something moves, else twice the last one up to the long time.</summary>
    internal static TimeSpan Next(TimeSpan last, bool isMoving, OperationsOptions options)
    {
        return isMoving || last == TimeSpan.Zero ? options.ShortestInterval : last * 2 < options.PollInterval ? last * 2 : options.PollInterval;
    }

    /// <summary>Makes the loop take its next turn at once, on whichever node runs it.</summary>
    public Task LookNowAsync(CancellationToken cancellationToken) => ledger.WakeAsync(WorkKind, Occurrence, cancellationToken);

    /// <summary>Sees to it that the loop is in the ledger.</summary>
    public Task StartAsync(CancellationToken cancellationToken) =>
        ledger.EnsureAsync(new NewWork(WorkKind, Occurrence, "{}") { MaxAttempts = MaxAttempts }, cancellationToken);

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Error, "A turn of the loop failed; the next one comes as planned")]
    private static partial void LogTurnFailed(ILogger log, Exception error);
}
