using System.Runtime.CompilerServices;

namespace Steward.Kernel;

/// <summary>
/// Makes identifiers: UUID version 7 (RFC 9562). Those that one process makes by one clock sort in the order of their
/// creation, also within a millisecond, where a counter stands in front of the random bits (section 6.2, method 1): what was
/// said second must not come first because both were said at once.
/// </summary>
public static class Ids
{
    private const int Counts = 1 << 12;
    private static readonly ConditionalWeakTable<TimeProvider, Last> LastByClock = [];

    /// <summary>A new identifier stamped with the clock's time.</summary>
    public static Guid New(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var count = LastByClock.GetOrCreateValue(clock).Count(now.ToUnixTimeMilliseconds());
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[6] = (byte)(0x70 | (count >> 8));
        bytes[7] = (byte)count;
        return new Guid(bytes, bigEndian: true);
    }

    private sealed class Last
    {
        private readonly Lock gate = new();
        private long millisecond;
        private int count;

        // More than 4096 in a millisecond begin anew: they stay unique, and lose their order.
        public int Count(long now)
        {
            lock (gate)
            {
                count = now == millisecond ? (count + 1) % Counts : 0;
                millisecond = now;
                return count;
            }
        }
    }
}
