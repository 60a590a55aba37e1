using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Alerts.Channels;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Alerts.Deliveries;

/// <summary>
/// Carries one alert to one channel. A channel that refuses, or fails too often, gives way to the next one of the fall-back
/// list; where there is none it is tried for half an hour. Nothing is dropped without a word.
/// </summary>
internal sealed partial class DeliverAlert(
    Database database, Gate gate, Outbox outbox, ChannelList channels, RetryBudget budget, Redactor redactor, IOptions<AlertsOptions> options, TimeProvider clock, Random jitter,
    ILogger<DeliverAlert> log)
    : IWorkHandler
{
    public const string WorkKind = "alerts.deliver";

    // 2, 4, 8 ... 256 s and then every 5 minutes: where there is nobody else, a channel may be away for half an hour.
    private const int Patience = 14;
    private static readonly Actor Self = new(KillSwitch.Teller);
    private static readonly TimeSpan OrderPause = TimeSpan.FromMinutes(1);

    public string Kind => WorkKind;

    public static NewWork Work(ToldAlert told, string channel) => new(WorkKind, $"{channel}/{told.Alert.Key}", Json.Write(new DeliveryOrder(told.Id, channel)))
    {
        CorrelationId = told.Alert.CorrelationId,
        MaxAttempts = Patience,
    };

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var order = item.Read<DeliveryOrder>();
        var (told, deliveries, mustWait) = await database.ReadAsync(async session =>
        {
            var found = await AlertStore.FindAsync(session, order.Alert) ?? throw new InvalidOperationException($"There is no alert {order.Alert}.");
            return (found, await DeliveryStore.OfAsync(session, found.Id), await DeliveryStore.MustWaitAsync(session, found, order.Channel));
        }, cancellationToken);
        var delivery = deliveries.Single(one => one.Channel == order.Channel);
        if (delivery.State == DeliveryState.Delivered)
        {
            return WorkResult.Done(delivery.Receipt);
        }

        if (mustWait)
        {
            return WorkResult.WaitUntil(clock.Now() + OrderPause, "An earlier alert about the same is still under way on this channel; they stay in order.");
        }

        var attempt = new Attempt(item, told, delivery, NextChannel(told, deliveries), Others: deliveries.Any(one =>
            one.Channel != delivery.Channel && one.State is DeliveryState.Delivered or DeliveryState.Pending));
        if (channels.Named(order.Channel) is not { } channel)
        {
            return await EndAsync(attempt, DeliveryState.Failed, null, $"There is no channel '{order.Channel}'.", cancellationToken);
        }

        try
        {
            return await TryAsync(attempt, channel, cancellationToken);
        }
        catch (ConnectorException e)
        {
            return await FailAsync(attempt, e, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException && item.Attempt >= item.MaxAttempts)
        {
            await EndAsync(attempt, DeliveryState.Failed, null, e.Message, cancellationToken);
            throw;
        }
    }

    public string CallOff(WorkItem item) => "A channel that takes no alert gives way to the next one, and where there is none the alert is given up after half an hour.";

    private async Task<WorkResult> TryAsync(Attempt attempt, IChannel channel, CancellationToken cancellationToken)
    {
        var told = attempt.Told;
        var request = new CallRequest($"{told.Alert.Key}/{channel.Name}", Self, channel.Call(told), told.Alert.Title, told.Alert.CorrelationId ?? attempt.Item.CorrelationId)
        {
            Evidence = [told.Alert.Text],
            WaitingWork = attempt.Item.Id,
        };
        var step = await new GovernedStep(gate, clock) { RepeatBecause = RepeatBecause(attempt, channel) }.RunAsync(
            request,
            async (permit, token) => await channel.SendAsync(permit, told, token),
            (startedAt, token) => channel.WasDeliveredAsync(told, startedAt, token),
            cancellationToken);
        return step switch
        {
            { IsLost: true } => await EndAsync(attempt, DeliveryState.Unknown, null, "It left and no answer came; whether it arrived cannot be known.", cancellationToken),
            { Later: { IsRefusal: true } later } => await EndAsync(attempt, DeliveryState.Failed, null, later.Text, cancellationToken),
            { Later: { } later } => later,
            _ => await EndAsync(attempt, DeliveryState.Delivered, step.Detail ?? "It was taken.", null, cancellationToken),
        };
    }

    // A repeated alert is better than a lost one where it matters, and where nobody else is left to hear of it.
    private static string? RepeatBecause(Attempt attempt, IChannel channel) => channel.RepeatIsHarmless
        ?? (attempt.Told.Alert.Severity == AlertSeverity.Critical ? "a critical alert is better repeated than lost."
        : attempt.Next is null && !attempt.Others ? "no other channel is left, and an alert is better repeated than lost."
        : null);

    private async Task<WorkResult> FailAsync(Attempt attempt, ConnectorException error, CancellationToken cancellationToken)
    {
        var attempts = attempt.Delivery.Attempts + 1;
        var text = redactor.Redact(error.Message);
        var gaveUp = !error.IsTransient ? text
            : attempts >= (attempt.Next is null ? Patience : options.Value.Attempts) ? $"Given up after {attempts} attempts: {text}"
            : !await budget.TrySpendAsync(error.Vendor, cancellationToken) ? $"The retry budget of {error.Vendor} ({RetryBudget.PerHour} an hour) is spent: {text}"
            : null;
        await database.WriteAsync(session => DeliveryStore.FailAttemptAsync(session, attempt.Told.Id, attempt.Delivery.Channel, attempts, text), cancellationToken);
        if (gaveUp is not null)
        {
            return await EndAsync(attempt, error.Effect == CallEffect.Unknown ? DeliveryState.Unknown : DeliveryState.Failed, null, gaveUp, cancellationToken);
        }

#pragma warning disable CA5394 // Jitter needs no secrecy.
        return WorkResult.WaitUntil(clock.Now() + RetryPolicy.Pause(attempts, error.RetryAfter, jitter.NextDouble()), text);
#pragma warning restore CA5394
    }

    private async Task<WorkResult> EndAsync(Attempt attempt, DeliveryState state, string? receipt, string? error, CancellationToken cancellationToken)
    {
        var (told, channel) = (attempt.Told, attempt.Delivery.Channel);
        var (next, reached) = await database.WriteAsync(async session =>
        {
            await DeliveryStore.EndAsync(session, told.Id, channel, state, receipt, error, clock.Now());
            foreach (var work in await DeliveryStore.WaitingAsync(session, told.Alert.Fingerprint, channel))
            {
                await WorkLedger.WakeAsync(session, work, clock.Now());
            }

            var deliveries = await DeliveryStore.OfAsync(session, told.Id);
            var successor = state == DeliveryState.Delivered ? null : NextChannel(told, deliveries);
            if (successor is not null)
            {
                await outbox.SendAsync(session, told, successor, insteadOf: channel);
            }

            var reachedSomebody = deliveries.Any(one => one.State == DeliveryState.Delivered);
            if (reachedSomebody || (successor is null && deliveries.All(one => one.State != DeliveryState.Pending)))
            {
                await AlertStore.MoveAsync(session, told.Id, reachedSomebody ? AlertState.Delivered : AlertState.Undelivered, reachedSomebody ? null : $"{channel}: {error}");
                return (successor, (bool?)reachedSomebody);
            }

            return (successor, null);
        }, cancellationToken);
        AlertsMeter.Ended(channel, state);
        if (state != DeliveryState.Delivered)
        {
            LogFailed(log, channel, told.Alert.Title, error, next ?? "nobody");
        }

        if (reached == false)
        {
            LogLost(log, told.Alert.Title);
        }

        return state == DeliveryState.Delivered ? WorkResult.Done(receipt) : WorkResult.Refused(next is null ? error! : $"{error} {next} is tried instead.");
    }

    private string? NextChannel(ToldAlert told, IReadOnlyList<Delivery> deliveries) =>
        Route.Of(options.Value, told.Alert.Severity, channels.Configured).Fallback.FirstOrDefault(name => deliveries.All(one => one.Channel != name));

    [LoggerMessage(LogLevel.Warning, "{Channel} did not take the alert '{Title}': {Error} Tried instead: {Next}")]
    private static partial void LogFailed(ILogger log, string channel, string title, string? error, string next);

    [LoggerMessage(LogLevel.Critical, "The alert '{Title}' reached nobody. See: steward alerts list --state undelivered")]
    private static partial void LogLost(ILogger log, string title);

    private sealed record Attempt(WorkItem Item, ToldAlert Told, Delivery Delivery, string? Next, bool Others);
}

/// <summary>The payload of a delivery's work item.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Channel">Where it goes.</param>
internal sealed record DeliveryOrder(Guid Alert, string Channel);
