using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Steward.Alerts.Channels;
using Steward.Connectors.Telegram;
using Steward.Governance.Approvals;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Alerts.Approvals;

/// <summary>
/// Shows an approval to people: on Telegram with buttons, and where that is not set up or does not take it as a plain alert. It
/// asks while it is pending, and says how it ended, whoever ended it and however. It brings what is shown to how the approval
/// stands, so it does not matter how often it runs or in which order the news come.
/// </summary>
internal sealed partial class ShowApproval(
    Database database, Gate gate, ApprovalNews news, TelegramBot bot, TelegramCalls calls, Outbox outbox, ChannelList channels, IOptions<TelegramOptions> options, IOptions<AlertsOptions> alerts,
    TimeProvider clock) : IWorkHandler
{
    private static readonly Actor Self = new(KillSwitch.Teller);

    public string Kind => ApprovalNews.WorkKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<Guid>();
        while (true)
        {
            var approval = await news.FindAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no approval {id}.");
            if (approval.Action == TelegramCalls.SendAction)
            {
                // A question about telling people would itself have to be told, and so on for ever.
                return WorkResult.Done("Not shown: it is about telling people.");
            }

            if (!bot.IsConfigured)
            {
                return await TellAsync(approval, "Telegram is not set up", cancellationToken);
            }

            var message = await database.ReadAsync(session => ApprovalMessageStore.FindAsync(session, id), cancellationToken);
            if (message is null && approval.State != ApprovalState.Pending)
            {
                return await TellAsync(approval, "It ended before Telegram showed it", cancellationToken);
            }

            if (message is not null && Says(message.Shows) == Says(approval.State))
            {
                return WorkResult.Done($"Message {message.MessageId} says how it stands.");
            }

            if (message is not null && message.ChatId != options.Value.ChatId)
            {
                return WorkResult.Done("It was shown in another chat than the one that is set up now.");
            }

            // Written down, then looked at again: it may have ended while it was being shown.
            try
            {
                if (await (message is null ? AskAsync(item, approval, cancellationToken) : RewriteAsync(item, approval, message, cancellationToken)) is { } later)
                {
                    return later;
                }
            }
            catch (ConnectorException e) when (message is null && Others.Count > 0 && (!e.IsTransient || item.Attempt >= alerts.Value.Attempts))
            {
                return await TellAsync(approval, $"Telegram did not take it ({e.Message})", cancellationToken);
            }
        }
    }

    private IReadOnlyList<string> Others => [.. channels.Configured.Where(name => name != ChannelNames.Telegram)];

    // The end goes to whoever heard the question so, which is nobody where Telegram took it.
    private Task<WorkResult> TellAsync(Approval approval, string because, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        await outbox.TellAsync(session, ApprovalAlert.Of(approval, alerts.Value, Others));
        return WorkResult.Done($"{because}: told as a plain alert.");
    }, cancellationToken);

    private async Task<WorkResult?> AskAsync(WorkItem item, Approval approval, CancellationToken cancellationToken)
    {
        var (text, buttons) = (ApprovalText.Of(approval, CanPress), CanPress ? ApprovalText.Buttons(approval) : []);
        var step = await new GovernedStep(gate, clock) { RepeatBecause = "a question that nobody sees is answered by nobody, and both would be about the same call." }.RunAsync(
            Request(item, approval, $"approval-message/{approval.Id}", calls.Ask(text, buttons)),
            async (permit, token) => (await bot.AskAsync(permit, text, buttons, token)).ToString(CultureInfo.InvariantCulture),
            static (_, _) => Task.FromResult<bool?>(null),
            cancellationToken);
        if (step.Later is not null)
        {
            return step.Later;
        }

        // After a crash the gate remembers what came of it.
        var message = long.Parse(Number().Match(step.Detail ?? "").Value, CultureInfo.InvariantCulture);
        await database.WriteAsync(session => ApprovalMessageStore.AddAsync(
            session, new ApprovalMessage(approval.Id, options.Value.ChatId, message, ApprovalState.Pending, clock.Now())), cancellationToken);
        return null;
    }

    private async Task<WorkResult?> RewriteAsync(WorkItem item, Approval approval, ApprovalMessage message, CancellationToken cancellationToken)
    {
        var text = ApprovalText.Of(approval, CanPress);
        var step = await new GovernedStep(gate, clock) { RepeatBecause = "the same text again changes nothing." }.RunAsync(
            Request(item, approval, $"approval-message/{approval.Id}/{Row.EnumText(Says(approval.State))}", calls.Rewrite(message.MessageId, text)),
            async (permit, token) => await bot.RewriteAsync(permit, message.MessageId, text, token) ? "It says how it ended." : "It is gone.",
            static (_, _) => Task.FromResult<bool?>(null),
            cancellationToken);
        if (step.Later is not null)
        {
            return step.Later;
        }

        await database.WriteAsync(session => ApprovalMessageStore.ShowsAsync(session, approval.Id, approval.State), cancellationToken);
        return null;
    }

    private bool CanPress => options.Value.People.Count > 0;

    private static CallRequest Request(WorkItem item, Approval approval, string key, Call call) =>
        new(key, Self, call, $"A person decides on {approval.Action}.", approval.CorrelationId) { WaitingWork = item.Id };

    // That an approved call has run needs no other words.
    private static ApprovalState Says(ApprovalState state) => state == ApprovalState.Used ? ApprovalState.Approved : state;

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
