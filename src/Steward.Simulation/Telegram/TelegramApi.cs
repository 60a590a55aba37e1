using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.Telegram;

/// <summary>
/// The Bot API's messages, buttons and updates, in the shapes of Bot API 10.1 and with the words that Telegram was seen to
/// use. A poll takes real seconds whatever the world's speed, so that it does not become a storm of polls.
/// </summary>
internal sealed class TelegramApi(string token, SimulatedTelegram telegram, MutationLog log, Exchange exchange, TimeProvider clock, CancellationToken worldEnds)
{
    private const int LongestText = 4096;
    private const int LongestData = 64;
    private const int LongestToast = 200;
    private const int LongestPoll = 50;
    private const int MostUpdates = 100;
    private readonly Lock polling = new();
    private TaskCompletionSource? poller;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/bot{token}/sendMessage", context => AnswerAsync(context, "sendMessage", Send));
        routes.MapPost("/bot{token}/editMessageText", context => AnswerAsync(context, "editMessageText", Edit));
        routes.MapPost("/bot{token}/answerCallbackQuery", context => AnswerAsync(context, "answerCallbackQuery", AnswerPress));
        routes.MapPost("/bot{token}/getUpdates", PollAsync);
        routes.MapPost("/bot{token}/getMe", context => AnswerAsync(context, "getMe", _ => Ok(Bot())));
    }

    public static JsonObject Message(SimulatedMessage message) => new()
    {
        ["message_id"] = message.Id,
        ["from"] = Bot(),
        ["chat"] = new JsonObject { ["id"] = message.ChatId, ["type"] = message.ChatId < 0 ? "supergroup" : "private" },
        ["date"] = 1_760_000_000,
        ["text"] = message.Text,
    };

    private static JsonObject Bot() => new() { ["id"] = 4_200_000_001, ["is_bot"] = true, ["first_name"] = "Steward", ["username"] = "simulated_steward_bot" };

    private async Task PollAsync(HttpContext context)
    {
        var body = RequestBody.Object(await RequestBody.BytesAsync(context.Request, context.RequestAborted)) ?? [];
        var offset = (long?)Number(body["offset"]);
        var limit = (int)(Number(body["limit"]) ?? MostUpdates);
        var wait = TimeSpan.FromSeconds(Math.Clamp(Number(body["timeout"]) ?? 0, 0, LongestPoll));
        // Telegram lets one poll of a bot wait at a time: a new one ends the one before.
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (polling)
        {
            poller?.TrySetResult();
            poller = mine;
        }

        var news = telegram.NextAsync();
        if (telegram.Updates(offset, limit).Count == 0)
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, worldEnds);
            await Task.WhenAny(news, mine.Task, Task.Delay(wait, clock, ends.Token));
            await ends.CancelAsync();
        }

        await AnswerAsync(context, "getUpdates", _ => mine.Task.IsCompleted
            ? Failure(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
            : Ok(new JsonArray([.. telegram.Updates(offset, limit)])), body);
    }

    private async Task AnswerAsync(HttpContext context, string method, Func<JsonObject, Reply> perform, JsonObject? read = null)
    {
        var body = read ?? RequestBody.Object(await RequestBody.BytesAsync(context.Request, context.RequestAborted));
        await exchange.AnswerAsync(context, Systems.Telegram, method, () =>
        {
            if ((string?)context.Request.RouteValues["token"] != token)
            {
                return Failure(401, "Unauthorized");
            }

            if (body is null)
            {
                return Failure(400, "Bad Request: can't parse JSON object");
            }

            lock (telegram.Sync)
            {
                return perform(body);
            }
        });
    }

    private Reply Send(JsonObject body)
    {
        if (Chat(body) is not { } chat || !telegram.Knows(chat))
        {
            return Failure(400, "Bad Request: chat not found");
        }

        if (telegram.Refusal is { } refusal)
        {
            return Failure(403, $"Forbidden: {refusal}");
        }

        var (html, text, buttons, fault) = Content(body);
        if (fault is not null)
        {
            return Failure(400, $"Bad Request: {fault}");
        }

        var message = telegram.Add(chat, html, text, buttons);
        log.Record(Systems.Telegram, "sendMessage", chat.ToString(CultureInfo.InvariantCulture), message.Id.ToString(CultureInfo.InvariantCulture));
        return Ok(Message(message));
    }

    private Reply Edit(JsonObject body)
    {
        if (Chat(body) is not { } chat || Number(body["message_id"]) is not { } id || telegram.Find(chat, (long)id) is not { } message)
        {
            return Failure(400, "Bad Request: message to edit not found");
        }

        var (html, text, buttons, fault) = Content(body);
        if (fault is not null)
        {
            return Failure(400, $"Bad Request: {fault}");
        }

        if (message.Html == html && message.Buttons.SequenceEqual(buttons))
        {
            return Failure(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message");
        }

        log.Record(Systems.Telegram, "editMessageText", chat.ToString(CultureInfo.InvariantCulture), message.Id.ToString(CultureInfo.InvariantCulture));
        return Ok(Message(telegram.Replace(message with { Html = html, Text = text, Buttons = buttons, IsEdited = true })));
    }

    private Reply AnswerPress(JsonObject body)
    {
        var text = body.Text("text") ?? "";
        if (text.Length > LongestToast)
        {
            return Failure(400, "Bad Request: MESSAGE_TOO_LONG");
        }

        var press = body.Text("callback_query_id") ?? "";
        if (!telegram.Answer(press, text))
        {
            return Failure(400, "Bad Request: query is too old and response timeout expired or query ID is invalid");
        }

        log.Record(Systems.Telegram, "answerCallbackQuery", press, text);
        return Ok(JsonValue.Create(true));
    }

    private static (string Html, string Text, IReadOnlyList<SimulatedButton> Buttons, string? Fault) Content(JsonObject body)
    {
        var html = body.Text("text") ?? "";
        var (text, fault) = body.Text("parse_mode") switch
        {
            null => (html, null),
            "HTML" => TelegramHtml.Read(html),
            _ => ("", "unsupported parse_mode"),
        };
        var buttons = new List<SimulatedButton>();
        foreach (var button in (body["reply_markup"]?["inline_keyboard"] as JsonArray ?? []).SelectMany(row => row as JsonArray ?? []).OfType<JsonObject>())
        {
            if (button.Text("text") is not { Length: > 0 } label || button.Text("callback_data") is not { } data || Encoding.UTF8.GetByteCount(data) is < 1 or > LongestData)
            {
                return ("", "", [], "BUTTON_DATA_INVALID");
            }

            buttons.Add(new SimulatedButton(label, data));
        }

        fault ??= text.Trim().Length == 0 ? "message text is empty" : text.Length > LongestText ? "message is too long" : null;
        return (html, text, buttons, fault);
    }

    private static long? Chat(JsonObject body) => body["chat_id"] is not JsonValue value ? null
        : value.GetValueKind() == JsonValueKind.Number ? value.GetValue<long>()
        : long.TryParse(body.Text("chat_id"), CultureInfo.InvariantCulture, out var id) ? id : null;

    private static double? Number(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : null;

    private static Reply Ok(JsonNode result) => Reply.Json(200, new JsonObject { ["ok"] = true, ["result"] = result });

    private static Reply Failure(int code, string description) =>
        Reply.Json(code, new JsonObject { ["ok"] = false, ["error_code"] = code, ["description"] = description });
}
