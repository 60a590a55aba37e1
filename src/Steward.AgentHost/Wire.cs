using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Steward.Agents.Sdk;

namespace Steward.AgentHost;

/// <summary>
/// The way between this process and the server: one JSON value a line on standard input and output. What the agent itself
/// writes to the console goes to standard error, where its log is.
/// </summary>
internal sealed class Wire
{
    private readonly StreamReader input;
    private readonly Stream output;
    private readonly Lock writing = new();

    /// <summary>A wire over other streams than the process's own.</summary>
    internal Wire(Stream input, Stream output) => (this.input, this.output) = (new StreamReader(input, Encoding.UTF8), output);

    /// <summary>Takes the process's own input and output, and leaves the agent standard error.</summary>
    public static Wire Open()
    {
        // Not by the console's classes, which cost milliseconds to begin with.
        var wire = new Wire(Of(0, FileAccess.Read), Of(1, FileAccess.Write));
        // A console of .NET starts a thread for signals with its first word: too late for a process whose memory is at its end.
        var log = TextWriter.Synchronized(new StreamWriter(Of(2, FileAccess.Write)) { AutoFlush = true });
        Console.SetError(log);
        Console.SetOut(log);
        return wire;

        static FileStream Of(int number, FileAccess access) => new(new SafeFileHandle(number, ownsHandle: false), access, bufferSize: 0);
    }

    /// <summary>The next value; null at the end of the input.</summary>
    public async Task<T?> ReadAsync<T>()
        where T : class =>
        await input.ReadLineAsync() is { } line ? JsonSerializer.Deserialize<T>(line, AgentJson.Options) : null;

    /// <summary>Sends a value. It waits while the server does not read.</summary>
    public void Write<T>(T value)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(value, AgentJson.Options), (byte)'\n'];
        lock (writing)
        {
            output.Write(line);
        }
    }
}
