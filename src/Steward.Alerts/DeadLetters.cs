using System.Globalization;
using Microsoft.Extensions.Hosting;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Alerts;

/// <summary>
/// Tells people of work that died: whatever its handler could still say when its attempts ran out, something that was to
/// happen will not. One ledger item that never ends looks once a minute; each dead letter is told once.
/// </summary>
internal sealed class DeadLetters(Database database, WorkLedger ledger, Outbox outbox, IEnumerable<IDeadLetterWords> rooms, TimeProvider clock) : IWorkHandler, IHostedService
{
    private const string WorkKind = "alerts.dead-letters";
    private const string Occurrence = "loop";
    private const int MaxAttempts = 100;
    private const int Most = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    // After a start: what died while nobody looked. Later: what another node's clock may have dated back.
    private static readonly TimeSpan FirstLook = TimeSpan.FromDays(1);
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);
    private DateTimeOffset? lookedAt;

    public string Kind => WorkKind;

    public string CallOff(WorkItem item) => "It never ends, and would not come back before the next start.";

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var dead = await ledger.DiedSinceAsync(lookedAt is { } last ? last - Overlap : now - FirstLook, Most, cancellationToken);
        foreach (var one in dead)
        {
            await database.WriteAsync(async session =>
            {
                var alert = Alert(one);
                await outbox.TellAsync(session, rooms.FirstOrDefault(room => room.Kind == one.Kind) is { } room ? await room.SayAsync(session, one, alert) : alert);
            }, cancellationToken);
        }

        lookedAt = dead.Count < Most ? now : dead[^1].FinishedAt;
        return WorkResult.WaitUntil(now + Pause, dead.Count == 0 ? "Nothing died." : $"{dead.Count} dead letters were told, if they were not before.");
    }

    public Task StartAsync(CancellationToken cancellationToken) =>
        ledger.EnsureAsync(new NewWork(WorkKind, Occurrence, "{}") { MaxAttempts = MaxAttempts }, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static Alert Alert(WorkItem dead) => new(
        string.Create(CultureInfo.InvariantCulture, $"dead-letter/{dead.Id}/{dead.Fence}"), $"dead-letter/{dead.Kind}", AlertSeverity.Warning,
        $"Work died: {dead.Kind}", $"{dead.Occurrence} was given up after {dead.Attempt} attempts: {dead.Result}\nTry it again: steward work retry {dead.Id}")
    {
        Status = "DEAD",
        CorrelationId = dead.CorrelationId,
        Timestamp = dead.FinishedAt,
    };
}
