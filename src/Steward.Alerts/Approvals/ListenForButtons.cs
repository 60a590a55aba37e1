using Steward.Connectors.Telegram;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Alerts.Approvals;

/// <summary>
/// Fetches the buttons that were pressed and handles them, from where the last turn left off, whichever node took it. A press is
/// confirmed only after it was handled, so one that a crash interrupted comes again; deciding twice is refused by the approval itself.
/// </summary>
internal sealed class ListenForButtons(Database database, TelegramBot bot, PressButton pressed, TimeProvider clock)
{
    // After a week without events Telegram numbers the next one at random, perhaps lower (Bot API, Update). What was handled
    // that long ago has been confirmed, and is not given again to who asks for whatever there is.
    private static readonly TimeSpan NumbersHold = TimeSpan.FromDays(6);

    /// <summary>Waits for presses, as long as a poll takes, and handles them.</summary>
    public async Task OnceAsync(CancellationToken cancellationToken)
    {
        var place = await database.ReadAsync(session => TelegramPlaceStore.FindAsync(session, bot.Id), cancellationToken);
        var next = place is not null && clock.Now() - place.At < NumbersHold ? place.Next : (long?)null;
        var updates = await bot.PollAsync(next, cancellationToken);
        foreach (var press in updates.Presses)
        {
            await pressed.HandleAsync(press, cancellationToken);
        }

        if (updates.Next is { } now && now != next)
        {
            await database.WriteAsync(session => TelegramPlaceStore.PutAsync(session, bot.Id, new TelegramPlace(now, clock.Now())), cancellationToken);
        }
    }
}
