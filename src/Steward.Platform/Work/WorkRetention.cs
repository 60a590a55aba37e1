using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Kernel;

namespace Steward.Platform.Work;

/// <summary>Forgets finished items after <see cref="WorkOptions.KeepDays"/>; looks once an hour.</summary>
public sealed partial class WorkRetention(WorkLedger ledger, IOptions<WorkOptions> options, TimeProvider clock, ILogger<WorkRetention> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Forgets what is old by now and tells how many items that were.</summary>
    public Task<int> PurgeOnceAsync(CancellationToken cancellationToken) =>
        ledger.PurgeAsync(clock.Now().AddDays(-options.Value.KeepDays), cancellationToken);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PurgeOnceAsync(stoppingToken);
            }
            catch (DbException e)
            {
                LogStoreTrouble(log, e);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Old work items could not be forgotten; the next try is in an hour")]
    private static partial void LogStoreTrouble(ILogger log, Exception error);
}
