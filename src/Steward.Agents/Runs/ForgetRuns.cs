using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Agents.Catalogue;
using Steward.Kernel;
using Steward.Platform.Scheduling;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Runs;

/// <summary>
/// Forgets runs that ended long ago once a night, with what they said: as long as the ledger remembers finished items. What
/// deleted agents have left goes with them, and at start.
/// </summary>
internal sealed partial class ForgetRuns(Database database, ForgetDeleted deleted, Scheduler scheduler, IOptions<WorkOptions> options, TimeProvider clock, ILogger<ForgetRuns> log) : IWorkHandler, IHostedService
{
    private const string Name = "agents.forget";

    // After the ledger's own.
    private const string Nightly = "47 3 * * *";

    // Keeps one transaction short for whoever else wants to write: a run may have said ten thousand lines.
    private const int Together = 20;

    public string Kind => Name;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (before, forgotten) = (clock.Now().AddDays(-options.Value.KeepDays), 0);
        while (await database.ReadAsync(session => RunStore.EndedBeforeAsync(session, before, Together), cancellationToken) is { Length: > 0 } old)
        {
            await database.WriteAsync(session => RunStore.ForgetAsync(session, old), cancellationToken);
            forgotten += old.Length;
        }

        await deleted.FoldersAsync(cancellationToken);
        await deleted.RowsAsync(cancellationToken);
        return WorkResult.Done(string.Create(CultureInfo.InvariantCulture, $"{forgotten} runs were forgotten."));
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await scheduler.EnsureAsync(new Schedule(Name, Name, "{}") { Cron = Nightly }, cancellationToken);
            await deleted.FoldersAsync(cancellationToken);
        }
        catch (Exception e) when (StoreTrouble.Is(e))
        {
            LogNotScheduled(log, e);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Error, "What is over of agents and their runs will not be forgotten before the next start")]
    private static partial void LogNotScheduled(ILogger log, Exception error);
}
