using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.Telegram;

/// <summary>
/// A bot that writes to one chat and hears the buttons that are pressed there. Telegram knows no idempotency key and no
/// way to ask what was sent: a lost answer stays unknown. Methods throw <see cref="ConnectorException"/> when Telegram
/// fails or is not set up.
/// </summary>
public sealed class TelegramBot([FromKeyedServices(TelegramBot.Vendor)] ProviderHttp http, IOptions<TelegramOptions> options, TelegramCalls calls)
{
    /// <summary>The vendor's name, as in <see cref="ConnectorException.Vendor"/> and for its pipeline.</summary>
    public const string Vendor = "telegram";

    /// <summary>How long one poll waits for something to happen: less than an attempt may take (10 s, <see cref="ProviderLimits"/>).</summary>
    public static readonly TimeSpan PollTime = TimeSpan.FromSeconds(7);

    private const int MaxUpdates = 100;
    private readonly TelegramOptions settings = options.Value;

    /// <summary>The bot's number, with which its token begins and which is no secret; empty when the token has another shape.</summary>
    public string Id => settings.Token.IndexOf(':', StringComparison.Ordinal) is > 0 and var end ? settings.Token[..end] : "";

    /// <summary>True when there is a token.</summary>
    public bool IsConfigured => settings.Token.Length > 0;

    /// <summary>Sends an alert to the chat and gives the message's id.</summary>
    /// <param name="permit">For <see cref="TelegramCalls.SendAlert"/>.</param>
    /// <param name="message">What to say.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public Task<long> SendAlertAsync(Permit permit, TelegramMessage message, CancellationToken cancellationToken) =>
        SendAsync(permit, calls.SendAlert(message), cancellationToken);

    /// <summary>Asks the chat for a decision and gives the message's id.</summary>
    /// <param name="permit">For <see cref="TelegramCalls.Ask"/>.</param>
    /// <param name="message">What to say.</param>
    /// <param name="buttons">What can be answered.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public Task<long> AskAsync(Permit permit, TelegramMessage message, IReadOnlyList<TelegramButton> buttons, CancellationToken cancellationToken) =>
        SendAsync(permit, calls.Ask(message, buttons), cancellationToken);

    /// <summary>Puts another text in the place of a message and takes its buttons away. Doing it again is harmless.</summary>
    /// <param name="permit">For <see cref="TelegramCalls.Rewrite"/>.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="message">What it says from now on.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <returns>False when the message is gone, or too old to be changed.</returns>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public Task<bool> RewriteAsync(Permit permit, long messageId, TelegramMessage message, CancellationToken cancellationToken)
    {
        var call = calls.Rewrite(messageId, message);
        return permit.RunAsync(call, sending => PostAsync("editMessageText", call.Arguments, true, answer =>
        {
            // In Telegram's own words: it says so already; it is gone; it is not to be changed any more.
            if ((int)answer.Status == 400 && answer.Text.Contains("message is not modified", StringComparison.Ordinal))
            {
                return true;
            }

            if ((int)answer.Status == 400 && (answer.Text.Contains("message to edit not found", StringComparison.Ordinal) || answer.Text.Contains("message can't be edited", StringComparison.Ordinal)))
            {
                return false;
            }

            Judged(answer).ThrowIfNotOk();
            return true;
        }, sending), changed => changed ? $"Message {messageId} was changed." : $"Message {messageId} is gone or too old to be changed.", cancellationToken);
    }

    /// <summary>Answers whoever pressed a button.</summary>
    /// <param name="permit">For <see cref="TelegramCalls.Answer"/>.</param>
    /// <param name="pressId">The press.</param>
    /// <param name="text">What to say, at most 200 characters of it.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public Task AnswerAsync(Permit permit, string pressId, string text, CancellationToken cancellationToken)
    {
        var call = calls.Answer(pressId, text);
        return permit.RunAsync(call, sending => PostAsync("answerCallbackQuery", call.Arguments, true, answer =>
        {
            Judged(answer).ThrowIfNotOk();
            return true;
        }, sending), _ => "The press was answered.", cancellationToken);
    }

    /// <summary>
    /// Waits up to <see cref="PollTime"/> for buttons that are pressed. What was given before is given again until it is
    /// confirmed by asking for what comes after it; Telegram keeps it for a day.
    /// </summary>
    /// <param name="next">From which event on; null for the oldest unconfirmed one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<TelegramUpdates> PollAsync(long? next, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["timeout"] = (int)PollTime.TotalSeconds,
            ["limit"] = MaxUpdates,
            ["allowed_updates"] = new JsonArray("callback_query"),
        };
        if (next is not null)
        {
            body["offset"] = next;
        }

        var updates = await PostAsync("getUpdates", body, false, answer => Result<IReadOnlyList<TelegramWire.Update>>(answer), cancellationToken);
        return new TelegramUpdates(
            [.. updates.Where(update => update.CallbackQuery is { Data: not null }).Select(update => new TelegramPress(update.UpdateId, update.CallbackQuery!.Id,
                update.CallbackQuery.From.Id, update.CallbackQuery.Message?.Chat?.Id, update.CallbackQuery.Message?.MessageId, update.CallbackQuery.Data!))],
            updates.Count == 0 ? next : updates.Max(update => update.UpdateId) + 1);
    }

    private Task<long> SendAsync(Permit permit, Call call, CancellationToken cancellationToken) => permit.RunAsync(
        call, sending => PostAsync("sendMessage", call.Arguments, true, answer => Result<TelegramWire.Message>(answer).MessageId, sending),
        message => $"Message {message}.", cancellationToken);

    private Task<T> PostAsync<T>(string method, JsonObject body, bool changesSomething, Func<ProviderAnswer, T> read, CancellationToken cancellationToken)
    {
        if (!IsConfigured)
        {
            throw new ConnectorException(Vendor, method, "it is not set up: Telegram:Token is missing.") { Effect = CallEffect.None };
        }

        var text = body.ToJsonString();
        return http.SendAsync(new ProviderCall(method, changesSomething, () => new HttpRequestMessage(HttpMethod.Post, $"{settings.BaseUrl.TrimEnd('/')}/bot{settings.Token}/{method}")
        {
            Content = new StringContent(text, Encoding.UTF8, "application/json"),
        }), read, cancellationToken);
    }

    private T Result<T>(ProviderAnswer answer)
    {
        var body = Judged(answer).Json<TelegramWire.Answer<T>>(TelegramWire.Options);
        return body is { Ok: true, Result: { } result } ? result : throw answer.Unreadable(new JsonException("The answer says that it is none."));
    }

    // Telegram says in words what is wrong; each has something to do about it (Bot API, "Making requests", and what is seen).
    private ProviderAnswer Judged(ProviderAnswer answer)
    {
        if (answer.IsOk || (int)answer.Status >= 500)
        {
            return answer;
        }

        var (words, parameters) = Read(answer);
        var quote = answer.Quote(words);
        bool Says(string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);
        throw ((int)answer.Status) switch
        {
            429 => answer.Failure($"it is asked too often. {quote}", true, CallEffect.None, wait: parameters?.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : answer.RetryAfter),
            401 or 404 => Lasting("it does not know the bot. Check Telegram:Token; @BotFather shows it"),
            403 when Says("blocked") => Lasting($"the person in chat {settings.ChatId} has blocked the bot. They have to unblock it, or set Telegram:ChatId to another chat"),
            403 when Says("kicked") || Says("not a member") => Lasting($"the bot is not a member of chat {settings.ChatId}. Add it to the group or channel again"),
            403 when Says("initiate") => Lasting("a bot cannot write first. The person has to open the chat with the bot and press Start"),
            403 => Lasting("the bot may not do this. Check what it may do in the chat"),
            400 when parameters?.MigrateToChatId is { } moved => Lasting($"the group became a supergroup. Set Telegram:ChatId to {moved}"),
            400 when Says("chat not found") => Lasting($"it does not know chat {settings.ChatId}. Check Telegram:ChatId; the bot must be a member, or the person must have pressed Start"),
            409 when Says("webhook") => Lasting("the bot has a webhook, so its events cannot be fetched. Call deleteWebhook for this bot, or give Steward a bot of its own"),
            // Another poller: it may be a node that just handed over.
            409 => answer.Failure($"somebody else fetches this bot's events. Give Steward a bot of its own. {quote}", true, CallEffect.None),
            _ => Lasting("it refused the request"),
        };

        ConnectorException Lasting(string meaning) => answer.Failure($"{meaning} (status {(int)answer.Status}). {quote}", false, CallEffect.None);
    }

    private static (string Words, TelegramWire.FailureParameters? Parameters) Read(ProviderAnswer answer)
    {
        try
        {
            var failure = JsonSerializer.Deserialize<TelegramWire.Failure>(answer.Body.Span, TelegramWire.Options);
            return (failure?.Description ?? "", failure?.Parameters);
        }
        catch (JsonException)
        {
            return (answer.Text, null);
        }
    }
}
