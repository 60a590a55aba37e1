using Steward.Connectors.Mail;
using Steward.Governance.Calls;
using Steward.Platform.Storage;

namespace Steward.Alerts.Channels;

/// <summary>E-mail. Alerts of one fingerprint are one conversation.</summary>
internal sealed class MailChannel(MailSender mail, MailCalls calls) : IChannel
{
    public string Name => ChannelNames.Mail;

    public bool IsConfigured => mail.IsConfigured;

    public string Settings => "Mail:Host, Mail:From and Mail:To";

    public Call Call(ToldAlert told) => calls.Send(Letter(told));

    public Task<string> SendAsync(Permit permit, ToldAlert told, CancellationToken cancellationToken) => mail.SendAsync(permit, Letter(told), cancellationToken);

    private static Letter Letter(ToldAlert told)
    {
        var kind = told.Alert.IsResolved ? "resolved" : Row.EnumText(told.Alert.Severity);
        var facts = AlertFacts.Of(told.Alert).Select(fact => $"{fact.Name}: {fact.Value}\n");
        return new Letter(told.Alert.Key, $"[{kind}] {told.Alert.Title}", $"{told.Alert.Text}\n\n{string.Concat(facts)}", told.ToldAt) { Thread = told.Alert.Fingerprint };
    }
}
