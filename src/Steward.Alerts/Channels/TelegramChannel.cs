using System.Globalization;
using Steward.Connectors.Telegram;
using Steward.Governance.Calls;

namespace Steward.Alerts.Channels;

/// <summary>The chat of a Telegram bot. Nobody can say whether a message arrived whose answer was lost.</summary>
internal sealed class TelegramChannel(TelegramBot bot, TelegramCalls calls) : IChannel
{
    public string Name => ChannelNames.Telegram;

    public bool IsConfigured => bot.IsConfigured;

    public string Settings => "Telegram:Token and Telegram:ChatId";

    public Call Call(ToldAlert told) => calls.SendAlert(Message(told));

    public async Task<string> SendAsync(Permit permit, ToldAlert told, CancellationToken cancellationToken)
    {
        var message = await bot.SendAlertAsync(permit, Message(told), cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"Message {message}.");
    }

    // The heading says what it is; what an alert says itself stands below it.
    private static TelegramMessage Message(ToldAlert told) => new(Heading(told.Alert), told.Alert.Title)
    {
        Facts = [.. AlertFacts.Of(told.Alert)],
        Quote = told.Alert.Text,
    };

    private static string Heading(Alert alert) => alert switch
    {
        { IsResolved: true } => "✅ Alert: resolved",
        { Severity: AlertSeverity.Critical } => "🔴 Alert: critical",
        { Severity: AlertSeverity.Warning } => "🟠 Alert: warning",
        _ => "🔵 Alert: info",
    };
}
