using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Telegram;

/// <summary>The exact calls that change something on Telegram. Their arguments are the requests' bodies, redacted.</summary>
public sealed class TelegramCalls(IOptions<TelegramOptions> options, Redactor redactor)
{
    /// <summary>Tells people something. All that Steward does on Telegram is telling.</summary>
    public const string SendAction = "alert.send";

    /// <summary>How long what a button carries may be, in bytes of UTF-8 (Bot API, InlineKeyboardButton).</summary>
    public const int MaxButtonData = 64;

    // Bot API, answerCallbackQuery: 0 to 200 characters.
    private const int MaxToast = 200;

    /// <summary>Send an alert to the chat. It has no buttons.</summary>
    public Call SendAlert(TelegramMessage message) => new(SendAction, "telegram/alert", Message(message, []));

    /// <summary>Ask the chat for a decision.</summary>
    /// <exception cref="ArgumentException">A button carries nothing or too much.</exception>
    public Call Ask(TelegramMessage message, IReadOnlyList<TelegramButton> buttons)
    {
        if (buttons.FirstOrDefault(button => Encoding.UTF8.GetByteCount(button.Data) is < 1 or > MaxButtonData) is { } wrong)
        {
            throw new ArgumentException($"The button '{wrong.Text}' must carry 1 to {MaxButtonData} bytes.", nameof(buttons));
        }

        return new Call(SendAction, "telegram/approval", Message(message, buttons));
    }

    /// <summary>Put another text in the place of a message, and take its buttons away.</summary>
    public Call Rewrite(long messageId, TelegramMessage message)
    {
        var body = Message(message, []);
        body["message_id"] = messageId;
        return new Call(SendAction, $"telegram/message/{messageId}", body);
    }

    /// <summary>Answer whoever pressed a button.</summary>
    public Call Answer(string pressId, string text) => new(SendAction, "telegram/answer", new JsonObject
    {
        ["callback_query_id"] = pressId,
        ["text"] = TelegramText.Toast(redactor.Redact(text), MaxToast),
        ["show_alert"] = true,
    });

    private JsonObject Message(TelegramMessage message, IReadOnlyList<TelegramButton> buttons) => new()
    {
        ["chat_id"] = options.Value.ChatId,
        ["text"] = TelegramText.Write(message with
        {
            Title = redactor.Redact(message.Title),
            Facts = [.. message.Facts.Select(fact => (fact.Name, fact.Value is null ? null : redactor.Redact(fact.Value)))],
            Quote = redactor.Redact(message.Quote),
            Footer = redactor.Redact(message.Footer),
        }),
        ["parse_mode"] = "HTML",
        // A preview would make Telegram fetch whatever address the text names, and show what stands there.
        ["link_preview_options"] = new JsonObject { ["is_disabled"] = true },
        ["reply_markup"] = new JsonObject
        {
            ["inline_keyboard"] = buttons.Count == 0 ? [] : new JsonArray(new JsonArray(
                [.. buttons.Select(button => new JsonObject { ["text"] = button.Text, ["callback_data"] = button.Data })])),
        },
    };
}
