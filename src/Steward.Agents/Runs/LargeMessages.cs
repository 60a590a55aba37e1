using System.Collections.Concurrent;

namespace Steward.Agents.Runs;

/// <summary>
/// The places for what is large on a node: a message of an agent's that is read, or an answer to one, takes up many times
/// its own size until it is dealt with. All runs together have a few; the others wait, and with them whoever sends.
/// </summary>
internal sealed class LargeMessages : IDisposable
{
    /// <summary>From how many bytes on something is large.</summary>
    public const int From = 64 << 10;

    /// <summary>How many bytes a message may have.</summary>
    public const int Longest = 16 << 20;

    private const int AtOnce = 2;
    private const long Much = 32 << 20;

    private readonly SemaphoreSlim places = new(AtOnce);

    // Bounded by the places: who has one has a buffer at the most.
    private readonly ConcurrentBag<byte[]> buffers = [];
    private long passed;

    /// <summary>Waits for a place.</summary>
    public Task TakeAsync(CancellationToken cancellationToken) => places.WaitAsync(cancellationToken);

    /// <summary>Gives a place back.</summary>
    /// <param name="bytes">How large it was for which it was taken.</param>
    public void GiveBack(long bytes)
    {
        if (Interlocked.Add(ref passed, bytes) >= Much)
        {
            // On a machine with room the collector would let what is over pile up, and keep the room for ever.
            Interlocked.Exchange(ref passed, 0);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        }

        places.Release();
    }

    /// <summary>A buffer for a message that is being read; only for who has a place.</summary>
    public byte[] TakeBuffer() => buffers.TryTake(out var buffer) ? buffer : new byte[Longest + 1];

    /// <summary>Gives a buffer back.</summary>
    public void GiveBack(byte[] buffer) => buffers.Add(buffer);

    /// <inheritdoc />
    public void Dispose() => places.Dispose();
}
