using System.Text.Json;

namespace Steward.Connectors.Telegram;

/// <summary>Telegram's words as they come over the wire, Bot API 10.1.</summary>
internal static class TelegramWire
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public sealed record Answer<T>(bool Ok, T? Result = default);

    /// <param name="Ok">False.</param>
    /// <param name="ErrorCode">The same as the HTTP status.</param>
    /// <param name="Description">Why, in words.</param>
    /// <param name="Parameters">What to do about it.</param>
    public sealed record Failure(bool Ok, int ErrorCode = 0, string? Description = null, FailureParameters? Parameters = null);

    /// <param name="RetryAfter">Seconds to wait.</param>
    /// <param name="MigrateToChatId">The chat's new id: a group that became a supergroup.</param>
    public sealed record FailureParameters(int? RetryAfter = null, long? MigrateToChatId = null);

    public sealed record Message(long MessageId, Chat? Chat = null);

    public sealed record Chat(long Id);

    public sealed record User(long Id);

    public sealed record Update(long UpdateId, CallbackQuery? CallbackQuery = null);

    /// <param name="Id">Its id.</param>
    /// <param name="From">Who pressed.</param>
    /// <param name="Message">The message with the button; missing when it is too old.</param>
    /// <param name="Data">What the button carries.</param>
    public sealed record CallbackQuery(string Id, User From, Message? Message = null, string? Data = null);
}
