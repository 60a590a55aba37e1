using System.Buffers;
using System.Text;

namespace Steward.Agents.Workshop;

/// <summary>Reads the lines of a stream that nobody trusts: none is longer than it may be, whatever comes.</summary>
/// <param name="stream">Where they come from.</param>
/// <param name="longest">How many bytes a line may have.</param>
internal sealed class Lines(Stream stream, int longest)
{
    private readonly byte[] buffer = new byte[16 << 10];
    private int begin;
    private int end;

    /// <summary>The next line, cut at its longest; null at the end.</summary>
    public async Task<(string Text, bool IsCut)?> NextAsync(CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>(256);
        var (isCut, any) = (false, false);
        while (true)
        {
            if (begin == end)
            {
                (begin, end) = (0, await stream.ReadAsync(buffer, cancellationToken));
                if (end == 0)
                {
                    return any ? (Encoding.UTF8.GetString(line.WrittenSpan), isCut) : null;
                }
            }

            any = true;
            var rest = buffer.AsSpan(begin, end - begin);
            var at = rest.IndexOf((byte)'\n');
            var part = at < 0 ? rest : rest[..at];
            var room = longest - line.WrittenCount;
            isCut |= part.Length > room;
            line.Write(part[..Math.Min(part.Length, room)]);
            begin += at < 0 ? rest.Length : at + 1;
            if (at >= 0)
            {
                return (Encoding.UTF8.GetString(line.WrittenSpan), isCut);
            }
        }
    }
}
