namespace Steward.Agents.Runs;

/// <summary>
/// Reads the messages of a stream that nobody trusts, a line each: one is as long as it may be, and a large one is read in
/// room of its own, not for longer than others can wait for it.
/// </summary>
/// <param name="stream">Where they come from.</param>
/// <param name="large">Has the buffers for large ones.</param>
/// <param name="patience">How long a large one may take to come to its end.</param>
/// <param name="clock">Measures that.</param>
internal sealed class MessageLines(Stream stream, LargeMessages large, TimeSpan patience, TimeProvider clock)
{
    private const long MostBytes = 512L << 20;

    private byte[] buffer = new byte[LargeMessages.From];
    private int begin;
    private int end;
    private long all;

    /// <summary>Why it was broken off; null when it was not.</summary>
    public string? Broken { get; private set; }

    /// <summary>The next line without its end, good until <see cref="Shrink"/>; null at the end of all, and where it is broken off.</summary>
    /// <param name="makeRoom">Waits for the room that a large line needs.</param>
    /// <param name="alone">Hears that the room is there.</param>
    public async Task<ReadOnlyMemory<byte>?> NextAsync(Func<Task> makeRoom, Action alone)
    {
        using var waiting = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        try
        {
            for (var looked = 0; ;)
            {
                if (buffer.AsSpan(begin + looked, end - begin - looked).IndexOf((byte)'\n') is var at and >= 0)
                {
                    var line = buffer.AsMemory(begin, looked + at);
                    begin += line.Length + 1;
                    return line;
                }

                looked = end - begin;
                if (looked > LargeMessages.Longest || all > MostBytes)
                {
                    Broken = "The agent sent more than it may, and its process was ended.";
                    return null;
                }

                if (looked == buffer.Length)
                {
                    await makeRoom();
                    alone();
                    waiting.CancelAfter(patience);
                    var whole = large.TakeBuffer();
                    buffer.CopyTo(whole, 0);
                    buffer = whole;
                }
                else if (end == buffer.Length)
                {
                    buffer.AsSpan(begin, looked).CopyTo(buffer);
                    (begin, end) = (0, looked);
                }

                // In small parts: what follows a large message is no more than fits without it.
                var read = await stream.ReadAsync(buffer.AsMemory(end, Math.Min(buffer.Length - end, LargeMessages.From)), waiting.Token);
                if (read == 0)
                {
                    return null;
                }

                end += read;
                all += read;
            }
        }
        catch (OperationCanceledException) when (waiting.IsCancellationRequested)
        {
            Broken = $"The agent began to send something large and did not come to its end within {patience.TotalSeconds:0} s, and its process was ended.";
            return null;
        }
    }

    /// <summary>Lets go of the line, and of the room that it took.</summary>
    public void Shrink()
    {
        if (buffer.Length > LargeMessages.From)
        {
            var rest = buffer.AsSpan(begin, end - begin);
            var small = new byte[LargeMessages.From];
            var (whole, kept) = (buffer, Math.Min(rest.Length, small.Length));
            rest[..kept].CopyTo(small);
            (buffer, begin, end) = (small, 0, kept);
            large.GiveBack(whole);
        }
    }
}
