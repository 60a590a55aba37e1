using System.Threading.Channels;
using Steward.Agents.Workshop;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Agents.Runs;

/// <summary>Takes down what an agent says while it runs: line by line, redacted, bounded, a few times a second into the store.</summary>
internal sealed class RunLog(Database database, Redactor redactor, TimeProvider clock, Guid runId, int already)
{
    /// <summary>The topic on which readers hear that there is more.</summary>
    public const string Topic = "agent-lines";

    private const int LongestLine = 2000;
    private const int MostBytes = 1 << 20;
    private const int MostLines = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Levels = ["info", "warning", "error"];

    private readonly Channel<RunLine> lines = Channel.CreateBounded<RunLine>(MostLines + 1);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int last = already;

    /// <summary>Whether .NET said that it has no memory left, which it also does when it cannot throw any more.</summary>
    public bool SaysOutOfMemory { get; private set; }

    /// <summary>Reads the stream to its end. What goes beyond the bounds is read and dropped, and the log says so.</summary>
    public async Task ReadAsync(Stream stream)
    {
        var writing = WriteAsync();
        try
        {
            var (reader, bytes, isFull) = (new Lines(stream, LongestLine), 0, false);
            while (await reader.NextAsync(CancellationToken.None) is { } line)
            {
                bytes += line.Text.Length;
                SaysOutOfMemory |= line.Text == "Out of memory." || line.Text.Contains("System.OutOfMemoryException", StringComparison.Ordinal);
                if (!isFull && (isFull = bytes > MostBytes || last >= MostLines))
                {
                    Say("warning", "(the log is full; the rest is left out)");
                }
                else if (!isFull)
                {
                    var level = Levels.FirstOrDefault(level => line.Text.StartsWith($"{level}: ", StringComparison.Ordinal));
                    Say(level ?? "info", (level is null ? line.Text : line.Text[(level.Length + 2)..]) + (line.IsCut ? " (cut)" : ""));
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process is gone; what it said before is here.
        }
        finally
        {
            lines.Writer.Complete();
            ended.SetResult();
            await writing;
        }
    }

    // Control characters would let a log line paint over others in a terminal; the stores take no NUL.
    private void Say(string level, string line) =>
        lines.Writer.TryWrite(new RunLine(++last, clock.Now(), level, redactor.Redact(string.Concat(line.Select(letter => char.IsControl(letter) && letter != '\t' ? '\uFFFD' : letter)))));

    private async Task WriteAsync()
    {
        while (await lines.Reader.WaitToReadAsync())
        {
            var batch = new List<RunLine>();
            while (lines.Reader.TryRead(out var line))
            {
                batch.Add(line);
            }

            await database.WriteAsync(async session =>
            {
                await RunStore.AddLinesAsync(session, runId, batch);
                session.Announce(Topic);
            }, CancellationToken.None);
            // The run's end waits for its last lines.
            await Task.WhenAny(Task.Delay(Pause, clock, CancellationToken.None), ended.Task);
        }
    }
}
