namespace Steward.Agents.Runs;

/// <summary>Reads a stream that nobody trusts: when a line or all of it is longer than it may be, it says so and ends.</summary>
internal sealed class BoundedStream(Stream inner, int longestLine, long most, Action exceeded) : Stream
{
    private long all;
    private int line;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        var end = buffer.Span[..read].LastIndexOf((byte)'\n');
        line = end < 0 ? line + read : read - end - 1;
        all += read;
        if (line <= longestLine && all <= most)
        {
            return read;
        }

        exceeded();
        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
