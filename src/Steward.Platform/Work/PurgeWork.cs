using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Kernel;
using Steward.Platform.Scheduling;

namespace Steward.Platform.Work;

/// <summary>Forgets finished items once a night, so that the ledger does not grow for ever. Dead letters stay until a person acts.</summary>
internal sealed partial class PurgeWork(
    WorkLedger ledger, Scheduler scheduler, IEnumerable<WorkRetention> retentions, IOptions<WorkOptions> options, TimeProvider clock, ILogger<PurgeWork> log)
    : IWorkHandler, IHostedService
{
    private const string Name = "platform.purge";

    // At a time when few people work and few schedules of others are set.
    private const string Nightly = "17 3 * * *";

    public string Kind => Name;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var forgotten = await ledger.PurgeAsync(clock.Now().AddDays(-options.Value.KeepDays), null, cancellationToken);
        foreach (var retention in retentions)
        {
            forgotten += await ledger.PurgeAsync(clock.Now() - retention.Keep, retention.Kind, cancellationToken);
        }

        await scheduler.ForgetSkipsAsync(clock.Now().AddDays(-options.Value.KeepDays), cancellationToken);
        return WorkResult.Done(string.Create(CultureInfo.InvariantCulture, $"{forgotten} finished items were forgotten."));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A store that does not answer now does not hold up the start.
        _ = ScheduleAsync(cancellationToken);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task ScheduleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await scheduler.EnsureAsync(new Schedule(Name, Name, "{}") { Cron = Nightly }, cancellationToken);
        }
#pragma warning disable CA1031 // Without its schedule the ledger grows; the server is of use all the same.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotScheduled(log, e);
        }
    }

    [LoggerMessage(LogLevel.Error, "Finished work will not be forgotten: its schedule could not be made")]
    private static partial void LogNotScheduled(ILogger log, Exception error);
}
