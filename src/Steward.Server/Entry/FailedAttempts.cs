using System.Collections.Concurrent;
using System.Net;

namespace Steward.Server.Entry;

/// <summary>
/// Counts wrong keys by remote address: more than 20 in a minute are turned away as too many. It keeps noise down; what
/// keeps guessers out is the length of the keys. A good key always passes, so that nobody behind the same address can
/// lock the owner out of the kill switch.
/// </summary>
internal sealed class FailedAttempts(TimeProvider clock)
{
    public const int PerMinute = 20;
    private const int MaxAddresses = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // Bounded: it is emptied when it has MaxAddresses.
    private readonly ConcurrentDictionary<IPAddress, (long Since, int Count)> attempts = new();

    /// <summary>Counts one more. Null while there are few enough, else how long to wait.</summary>
    public TimeSpan? Count(IPAddress? remote)
    {
        if (attempts.Count >= MaxAddresses)
        {
            attempts.Clear();
        }

        var now = clock.GetTimestamp();
        var (since, count) = attempts.AddOrUpdate(remote ?? IPAddress.None, (now, 1),
            (_, old) => clock.GetElapsedTime(old.Since, now) >= Window ? (now, 1) : (old.Since, old.Count + 1));
        return count > PerMinute ? Window - clock.GetElapsedTime(since, now) : null;
    }
}
