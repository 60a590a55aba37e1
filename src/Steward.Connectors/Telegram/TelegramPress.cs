namespace Steward.Connectors.Telegram;

/// <summary>Somebody pressed a button under a message of the bot. All of it is data from outside.</summary>
/// <param name="UpdateId">Telegram's number of the event; they grow.</param>
/// <param name="PressId">With which the press is answered.</param>
/// <param name="UserId">Who pressed, as Telegram knows them.</param>
/// <param name="ChatId">Where; null when Telegram does not say.</param>
/// <param name="MessageId">Under which message; null when Telegram does not say.</param>
/// <param name="Data">What the button carried.</param>
public sealed record TelegramPress(long UpdateId, string PressId, long UserId, long? ChatId, long? MessageId, string Data);

/// <summary>What was fetched.</summary>
/// <param name="Presses">The buttons that were pressed, oldest first.</param>
/// <param name="Next">What to ask for next time; that confirms these. Null for whatever there is.</param>
public sealed record TelegramUpdates(IReadOnlyList<TelegramPress> Presses, long? Next);
