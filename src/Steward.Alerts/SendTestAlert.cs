using Steward.Alerts.Channels;
using Steward.Alerts.Deliveries;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Alerts;

/// <summary>A wish for a test alert.</summary>
/// <param name="Channel">On which channel; every one that is set up when left out.</param>
internal sealed record TestWish(string? Channel);

/// <summary>
/// Sends a test alert at once and says what came of it on each channel. It is tried once and asks neither cool-down nor
/// maintenance: whoever tests wants to see what happens. A low severity, but PagerDuty is woken and told that it is over.
/// </summary>
internal sealed class SendTestAlert(Database database, Gate gate, ChannelList channels, TimeProvider clock)
{
    public async Task<Outcome<ToldAlert>> HandleAsync(TestWish wish, Actor person, CancellationToken cancellationToken)
    {
        if (wish.Channel is { } named && channels.Named(named) is null)
        {
            return Refusal.Invalid("channel", $"'channel' must be one of {string.Join(", ", ChannelNames.All)}.");
        }

        var wanted = wish.Channel is { } one ? [channels.Named(one)!] : channels.Configured.Select(name => channels.Named(name)!).ToList();
        if (wanted.Count == 0 || wanted.Any(channel => !channel.IsConfigured))
        {
            return new Refusal(RefusalKind.Conflict, "not-set-up",
                $"{(wanted.Count == 0 ? $"No channel is set up: {channels.HowToSetUp()}" : $"The channel '{wish.Channel}' is not set up: set {wanted[0].Settings}.")}");
        }

        var id = Ids.New(clock);
        var alert = new Alert($"test/{id}", $"test/{id}", AlertSeverity.Info, "A test of Steward's alerts", $"{person.Name} asked for it. Nothing is wrong, and there is nothing to do.")
        {
            Status = "TEST",
            CorrelationId = $"test-{id}",
            Timestamp = clock.Now(),
        };
        var told = new ToldAlert(id, alert, AlertState.Pending, null, clock.Now());
        var deliveries = await Task.WhenAll(wanted.Select(channel => TryAsync(told, channel, person, cancellationToken)));
        var arrived = deliveries.Any(delivery => delivery.State == DeliveryState.Delivered);
        told = told with { State = arrived ? AlertState.Delivered : AlertState.Undelivered, Because = arrived ? null : deliveries[0].Error, Deliveries = deliveries };
        await database.WriteAsync(async session =>
        {
            await AlertStore.AddAsync(session, told);
            foreach (var delivery in deliveries)
            {
                await DeliveryStore.AddAsync(session, told.Id, delivery, work: null);
            }
        }, cancellationToken);
        return told;
    }

    private async Task<Delivery> TryAsync(ToldAlert told, IChannel channel, Actor person, CancellationToken cancellationToken)
    {
        try
        {
            var receipt = await SendAsync(told, channel, person, cancellationToken);
            if (channel.Name == ChannelNames.PagerDuty)
            {
                // Nobody should have to close what was only a test.
                await SendAsync(told with { Alert = told.Alert with { Key = $"{told.Alert.Key}/over", IsResolved = true } }, channel, person, cancellationToken);
            }

            return Ended(channel, DeliveryState.Delivered, receipt, null);
        }
        catch (ConnectorException e)
        {
            return Ended(channel, e.Effect == CallEffect.Unknown ? DeliveryState.Unknown : DeliveryState.Failed, null, e.Message);
        }
        catch (PermitRefusedException e)
        {
            return Ended(channel, DeliveryState.Failed, null, e.Message);
        }
    }

    private async Task<string> SendAsync(ToldAlert told, IChannel channel, Actor person, CancellationToken cancellationToken) =>
        await gate.AskAsync(new CallRequest($"{told.Alert.Key}/{channel.Name}", person, channel.Call(told), "A test of the alerts.", told.Alert.CorrelationId!), cancellationToken) switch
        {
            GateAnswer.Permitted permitted => await channel.SendAsync(permitted.Permit, told, cancellationToken),
            GateAnswer.Waiting waiting => throw new PermitRefusedException($"the policy wants a person for it (approval {waiting.ApprovalId}): {waiting.Reason}"),
            GateAnswer.Held held => throw new PermitRefusedException(held.Reason),
            GateAnswer.Denied denied => throw new PermitRefusedException(denied.Reason),
            _ => throw new InvalidOperationException("A test alert has a key of its own."),
        };

    private Delivery Ended(IChannel channel, DeliveryState state, string? receipt, string? error) =>
        new(channel.Name, state, null, state == DeliveryState.Delivered ? 0 : 1, receipt, error, clock.Now(), clock.Now());
}
