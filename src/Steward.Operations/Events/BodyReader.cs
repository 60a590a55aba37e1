using System.Buffers;

namespace Steward.Operations.Events;

/// <summary>
/// Reads bodies of people who have not shown yet who they are: never more than allowed, only as much memory as bytes
/// have come, and of the large ones together no more than a few dozen megabytes.
/// </summary>
internal sealed class BodyReader
{
    // Nearly every event: these are taken also while somebody fills the room for large ones.
    private const int Usual = 64 * 1024;
    private const long RoomForLarge = 64L * 1024 * 1024;

    private long large;

    /// <summary>Reads to the end. A body that is too long, or finds no room, is given without its bytes.</summary>
    public async Task<Body> ReadAsync(Stream stream, int longest, CancellationToken cancellationToken)
    {
        var body = new Body(this, ArrayPool<byte>.Shared.Rent(Usual / 4));
        try
        {
            while (true)
            {
                if (body.Length == body.Buffer.Length && !Grow(body))
                {
                    return body.Without(tooLong: false);
                }

                var read = await stream.ReadAsync(body.Buffer.AsMemory(body.Length), cancellationToken);
                if (read == 0)
                {
                    return body;
                }

                body.Length += read;
                if (body.Length > longest)
                {
                    return body.Without(tooLong: true);
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private bool Grow(Body body)
    {
        var size = body.Buffer.Length * 2;
        var more = size > Usual ? size - body.Reserved : 0;
        if (more > 0 && Interlocked.Add(ref large, more) > RoomForLarge)
        {
            Interlocked.Add(ref large, -more);
            return false;
        }

        body.Reserved += more;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        body.Buffer.AsSpan(0, body.Length).CopyTo(buffer);
        ArrayPool<byte>.Shared.Return(body.Buffer);
        body.Buffer = buffer;
        return true;
    }

    /// <summary>A body in borrowed memory.</summary>
    internal sealed class Body(BodyReader reader, byte[] buffer) : IDisposable
    {
        private bool returned;

        public byte[] Buffer { get; set; } = buffer;

        public int Length { get; set; }

        /// <summary>What it takes of the room for large ones.</summary>
        public long Reserved { get; set; }

        /// <summary>It is longer than allowed.</summary>
        public bool IsTooLong { get; private set; }

        /// <summary>Too many large ones are being read at this moment.</summary>
        public bool FoundNoRoom { get; private set; }

        public ReadOnlyMemory<byte> Bytes => Buffer.AsMemory(0, Length);

        public Body Without(bool tooLong)
        {
            (IsTooLong, FoundNoRoom) = (tooLong, !tooLong);
            Dispose();
            return this;
        }

        public void Dispose()
        {
            if (!returned)
            {
                returned = true;
                Interlocked.Add(ref reader.large, -Reserved);
                ArrayPool<byte>.Shared.Return(Buffer);
                (Buffer, Length) = ([], 0);
            }
        }
    }
}
