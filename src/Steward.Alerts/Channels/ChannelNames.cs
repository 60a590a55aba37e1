using Steward.Connectors.Mail;
using Steward.Connectors.N8n;
using Steward.Connectors.PagerDuty;
using Steward.Connectors.Telegram;

namespace Steward.Alerts.Channels;

/// <summary>The channels, by the names that settings, the API and the policy use: those of their vendors.</summary>
internal static class ChannelNames
{
    public const string Telegram = TelegramBot.Vendor;
    public const string N8n = N8nAlerts.Vendor;
    public const string PagerDuty = PagerDutyEvents.Vendor;
    public const string Mail = MailSender.Vendor;

    /// <summary>All of them, in the order in which they are tried when nobody says otherwise.</summary>
    public static IReadOnlyList<string> All { get; } = [Telegram, N8n, Mail, PagerDuty];
}
