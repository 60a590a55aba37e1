using System.Globalization;
using System.Text.Json.Nodes;

namespace Steward.Simulation.Telegram;

/// <summary>Telegram: one bot and the chats that know it. What is done here is what people do, never a <see cref="Mutation"/>.</summary>
public sealed class SimulatedTelegram
{
    // As Telegram keeps updates for a day, if fewer.
    private const int MaxUpdates = 1000;
    private const int MaxMessages = 10_000;
    private const int FirstMessage = 1001;

    private readonly List<SimulatedMessage> messages = [];
    private readonly List<SimulatedToast> toasts = [];
    private readonly List<(long Id, JsonObject Update)> updates = [];
    private readonly HashSet<string> presses = [];
    private readonly HashSet<long> chats;
    private TaskCompletionSource news = NewNews();
    private long lastUpdate = 100;
    private int lastPress;
    private string? refusal;

    internal SimulatedTelegram(long chatId) => chats = [chatId];

    internal Lock Sync { get; } = new();

    /// <summary>The messages of the bot, oldest first; the newest 10 000. A copy.</summary>
    public IReadOnlyList<SimulatedMessage> Messages
    {
        get
        {
            lock (Sync)
            {
                return [.. messages];
            }
        }
    }

    /// <summary>What the bot said to those who pressed a button, oldest first. A copy.</summary>
    public IReadOnlyList<SimulatedToast> Toasts
    {
        get
        {
            lock (Sync)
            {
                return [.. toasts];
            }
        }
    }

    /// <summary>Another chat knows the bot.</summary>
    public void AddChat(long chatId)
    {
        lock (Sync)
        {
            chats.Add(chatId);
        }
    }

    /// <summary>From now on every message is refused with 403 and these words, such as "bot was blocked by the user"; null ends it.</summary>
    public void Refuse(string? words)
    {
        lock (Sync)
        {
            refusal = words;
        }
    }

    /// <summary>Somebody presses a button that is under a message.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="button">What stands on the button.</param>
    /// <param name="userId">Who presses.</param>
    /// <returns>The press, as the bot answers it.</returns>
    /// <exception cref="ArgumentException">There is no such message, or no such button under it.</exception>
    public string Press(long messageId, string button, long userId)
    {
        lock (Sync)
        {
            var message = messages.Find(one => one.Id == messageId) ?? throw new ArgumentException($"There is no message {messageId}.", nameof(messageId));
            var pressed = message.Buttons.FirstOrDefault(one => one.Text == button) ?? throw new ArgumentException($"There is no button '{button}' under message {messageId}.", nameof(button));
            return Press(message.ChatId, messageId, pressed.Data, userId);
        }
    }

    /// <summary>A press as it may come from a client that is not honest: any data, any chat, any message.</summary>
    public string PressForged(long chatId, long messageId, string data, long userId)
    {
        lock (Sync)
        {
            return Press(chatId, messageId, data, userId);
        }
    }

    internal bool Knows(long chatId) => chats.Contains(chatId);

    internal string? Refusal => refusal;

    internal SimulatedMessage Add(long chatId, string html, string text, IReadOnlyList<SimulatedButton> buttons)
    {
        var message = new SimulatedMessage(messages.Count == 0 ? FirstMessage : messages[^1].Id + 1, chatId, html, text, buttons, IsEdited: false);
        if (messages.Count == MaxMessages)
        {
            messages.RemoveAt(0);
        }

        messages.Add(message);
        return message;
    }

    internal SimulatedMessage? Find(long chatId, long id) => messages.Find(message => message.Id == id && message.ChatId == chatId);

    internal SimulatedMessage Replace(SimulatedMessage message)
    {
        messages[messages.FindIndex(one => one.Id == message.Id)] = message;
        return message;
    }

    /// <summary>False when nobody pressed that.</summary>
    /// <summary>The next event has this number, as after a week without any.</summary>
    public void NumbersFrom(long update)
    {
        lock (Sync)
        {
            lastUpdate = update - 1;
        }
    }

    internal bool Answer(string pressId, string text)
    {
        if (!presses.Remove(pressId))
        {
            return false;
        }

        toasts.Add(new SimulatedToast(pressId, text));
        return true;
    }

    /// <summary>What happened from the given update on; what came before it is confirmed and forgotten.</summary>
    internal IReadOnlyList<JsonObject> Updates(long? offset, int limit)
    {
        lock (Sync)
        {
            if (offset is { } from)
            {
                updates.RemoveAll(one => one.Id < from);
            }

            return [.. updates.Take(limit).Select(one => (JsonObject)one.Update.DeepClone())];
        }
    }

    /// <summary>Done when the next thing happens.</summary>
    internal Task NextAsync()
    {
        lock (Sync)
        {
            return news.Task;
        }
    }

    private string Press(long chatId, long messageId, string data, long userId)
    {
        var press = (++lastPress).ToString("D6", CultureInfo.InvariantCulture);
        presses.Add(press);
        if (updates.Count == MaxUpdates)
        {
            updates.RemoveAt(0);
        }

        updates.Add((++lastUpdate, new JsonObject
        {
            ["update_id"] = lastUpdate,
            ["callback_query"] = new JsonObject
            {
                ["id"] = press,
                ["from"] = new JsonObject { ["id"] = userId, ["is_bot"] = false, ["first_name"] = "Somebody" },
                ["chat_instance"] = "1",
                ["data"] = data,
                ["message"] = TelegramApi.Message(Find(chatId, messageId) ?? new SimulatedMessage(messageId, chatId, "", "", [], false)),
            },
        }));
        news.TrySetResult();
        news = NewNews();
        return press;
    }

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
