using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Connectors.Telegram;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Work;

namespace Steward.Alerts.Approvals;

/// <summary>
/// Listens for buttons that are pressed on Telegram, as one ledger item that never ends: its lease makes one node listen at a
/// time, as Telegram demands, and no public address is needed.
/// </summary>
internal sealed partial class ButtonLoop(
    TelegramBot bot, ListenForButtons listening, WorkLedger ledger, IOptions<TelegramOptions> options, TimeProvider clock, ILogger<ButtonLoop> log) : IWorkHandler, IHostedService
{
    private const string WorkKind = "alerts.telegram-buttons";
    private const string Occurrence = "loop";

    // Only a turn that kills its process counts; every turn that ends sets the count back.
    private const int MaxAttempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongPause = TimeSpan.FromMinutes(1);

    public string Kind => WorkKind;

    public string CallOff(WorkItem item) => "It never ends, and would not come back before the next start.";

    private bool IsOn => bot.IsConfigured && options.Value.People.Count > 0;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (!IsOn)
        {
            return WorkResult.Done("Nobody may press buttons: Telegram is not set up (Telegram:Token, Telegram:People).");
        }

        try
        {
            await listening.OnceAsync(cancellationToken);
            return WorkResult.WaitUntil(clock.Now(), "Listens.");
        }
        catch (ConnectorException e)
        {
            // What no waiting mends, such as a wrong token, is tried again all the same: somebody may mend it at Telegram.
            var pause = e.RetryAfter ?? (e.IsTransient ? Pause : LongPause);
            return WorkResult.WaitUntil(clock.Now() + (pause > Pause ? pause : Pause), $"Cannot listen: {e.Message}");
        }
        catch (DbException e)
        {
            LogNotHandled(log, e);
            return WorkResult.WaitUntil(clock.Now() + Pause, $"A press could not be handled: {e.Message}");
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => IsOn
        ? ledger.EnsureAsync(new NewWork(WorkKind, Occurrence, "{}") { MaxAttempts = MaxAttempts }, cancellationToken)
        : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Error, "A press of a button on Telegram could not be handled; it comes again")]
    private static partial void LogNotHandled(ILogger log, Exception error);
}
