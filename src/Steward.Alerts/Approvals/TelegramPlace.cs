using Steward.Platform.Storage;

namespace Steward.Alerts.Approvals;

/// <summary>Up to where a bot's events have been handled.</summary>
/// <param name="Next">The number of the event that comes next.</param>
/// <param name="At">When the last one came.</param>
internal sealed record TelegramPlace(long Next, DateTimeOffset At);

/// <summary>The SQL of these places.</summary>
internal static class TelegramPlaceStore
{
    public static Task<TelegramPlace?> FindAsync(Session session, string bot) =>
        session.FirstAsync("SELECT next, at FROM telegram_place WHERE bot = @bot", row => new TelegramPlace(row.Long("next"), row.Time("at")), ("bot", bot));

    public static Task PutAsync(Session session, string bot, TelegramPlace place) => session.ExecuteAsync(
        "INSERT INTO telegram_place (bot, next, at) VALUES (@bot, @next, @at) ON CONFLICT (bot) DO UPDATE SET next = @next, at = @at",
        ("bot", bot), ("next", place.Next), ("at", place.At));
}
