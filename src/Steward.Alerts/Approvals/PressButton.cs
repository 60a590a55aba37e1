using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Connectors.Telegram;
using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Platform.Http;

namespace Steward.Alerts.Approvals;

/// <summary>
/// Somebody pressed a button on Telegram. Only the people of the settings decide, only in the chat of the settings, and only
/// on the exact call that the button was made for; everything else is refused, audited and answered, and changes nothing.
/// </summary>
internal sealed partial class PressButton(
    ApprovalNews news, DecideApproval decide, AuditLog audit, Gate gate, TelegramBot bot, TelegramCalls calls, IOptions<TelegramOptions> options, ILogger<PressButton> log)
{
    private static readonly Actor Self = new(KillSwitch.Teller);
    private readonly TelegramOptions settings = options.Value;

    public async Task HandleAsync(TelegramPress press, CancellationToken cancellationToken)
    {
        var button = ApprovalText.Read(press.Data);
        var approval = button is { } read ? await news.FindAsync(read.Approval, cancellationToken) : null;
        var objection = Objection(press, approval, button?.Hash);
        string answer;
        if (objection is not null)
        {
            await audit.AppendAsync(Refused(press, approval, objection), cancellationToken);
            answer = objection;
        }
        else
        {
            var outcome = await decide.HandleAsync(approval!.Id, button!.Value.Approve, Actor.Person(settings.People[User(press)]), "pressed on Telegram", cancellationToken);
            answer = outcome.IsRefused ? outcome.Refusal.Message : button.Value.Approve ? $"Approved: {approval.Action} on {approval.Target}" : $"Denied: {approval.Action} on {approval.Target}";
        }

        await AnswerAsync(press, answer, approval?.CorrelationId, cancellationToken);
    }

    private string? Objection(TelegramPress press, Approval? approval, string? hash) =>
        press.ChatId?.ToString(CultureInfo.InvariantCulture) != settings.ChatId ? "Refused: this is not the chat in which Steward asks."
        : !settings.People.ContainsKey(User(press)) ? $"Refused: you are not among those who decide. Your number is {User(press)} (Telegram:People)."
        : approval is null || hash is null ? "Refused: this button is none of Steward's."
        : !ApprovalText.IsFor(approval, hash) ? "Refused: this button was made for another call."
        : null;

    // Whoever pressed is no person of ours: the row names the number that Telegram gives them.
    private static AuditEntry Refused(TelegramPress press, Approval? approval, string objection) => new(AuditKinds.ApprovalRefused, $"telegram:{User(press)}")
    {
        Action = approval?.Action,
        Target = approval?.Target,
        Service = approval?.Service,
        Reason = objection,
        CallId = approval?.CallId,
        CallHash = approval?.Hash,
        CorrelationId = approval?.CorrelationId,
        Detail = new JsonObject { ["approval"] = approval?.Id.ToString(), ["chat"] = press.ChatId },
    };

    private static string User(TelegramPress press) => press.UserId.ToString(CultureInfo.InvariantCulture);

    // A toast is a courtesy: the message itself will say how it stands.
    private async Task AnswerAsync(TelegramPress press, string text, string? correlation, CancellationToken cancellationToken)
    {
        try
        {
            var key = $"telegram-press/{press.PressId}";
            if (await gate.AskAsync(new CallRequest(key, Self, calls.Answer(press.PressId, text), "Whoever pressed a button gets an answer.", correlation ?? key), cancellationToken)
                is GateAnswer.Permitted { Permit: var permit })
            {
                await bot.AnswerAsync(permit, press.PressId, text, cancellationToken);
            }
        }
        catch (Exception e) when (e is ConnectorException or PermitRefusedException)
        {
            LogNotAnswered(log, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "A press of a button on Telegram was not answered: {Error}")]
    private static partial void LogNotAnswered(ILogger log, string error);
}
