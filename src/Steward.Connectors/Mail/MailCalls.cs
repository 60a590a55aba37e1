using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Mail;

/// <summary>The exact calls that send e-mail.</summary>
public sealed class MailCalls(IOptions<MailOptions> options, Redactor redactor)
{
    /// <summary>Tells people something.</summary>
    public const string SendAction = "alert.send";

    // Our own choice: enough to say what it is about.
    private const int MaxSubject = 300;

    /// <summary>Send a letter. The call holds everything that is in it, redacted.</summary>
    public Call Send(Letter letter)
    {
        var settings = options.Value;
        var subject = redactor.Redact(letter.Subject);
        return new Call(SendAction, "mail/alert", new JsonObject
        {
            ["from"] = settings.From,
            ["to"] = new JsonArray([.. settings.Recipients.Select(recipient => JsonValue.Create(recipient))]),
            ["subject"] = subject.Cut(MaxSubject, "..."),
            ["text"] = redactor.Redact(letter.Text),
            ["message_id"] = Id(letter.Key, settings.From),
            ["references"] = letter.Thread is null ? null : Id($"thread/{letter.Thread}", settings.From),
            ["date"] = UtcTime.ToText(letter.Date),
        });
    }

    private static string Id(string key, string from) =>
        $"<{TextHash.Of(key)[..32]}@{from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..]}>";
}
