using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using Steward.Agents.Sdk;

namespace Steward.AgentHost;

/// <summary>
/// The way between this process and the server: one JSON value a line on standard input and on what was standard output
/// when the process began. What the agent itself writes to the console goes to standard error, where its log is.
/// </summary>
internal sealed class Wire
{
    // Above those that the runtime opens, and below the least limit of open files that a box has.
    private const int Number = 100;

    // F_DUPFD_CLOEXEC of Linux.
    private const int DuplicateFrom = 1030;

    private static readonly JsonWriterOptions AsPeopleReadIt = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Stream input;
    private readonly Stream output;
    private readonly Lock writing = new();

    // What was read and not yet given: from begin to end.
    private byte[] buffer = new byte[16 << 10];
    private int begin;
    private int end;

    /// <summary>A wire over other streams than the process's own.</summary>
    internal Wire(Stream input, Stream output) => (this.input, this.output) = (input, output);

    /// <summary>Takes the process's own input and output, and leaves the agent standard error.</summary>
    public static Wire Open()
    {
        // Whatever an agent writes to standard output, by whatever way, is not to get between the words of this wire.
        var way = Duplicate(1, DuplicateFrom, Number);
        if (way < 0 || Replace(2, 1) < 0)
        {
            throw new IOException($"The way to the server cannot be moved aside: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        // Not by the console's classes, which cost milliseconds to begin with.
        var wire = new Wire(Of(0, FileAccess.Read), Of(way, FileAccess.Write));
        // A console of .NET starts a thread for signals with its first word: too late for a process whose memory is at its end.
        // Half of a character, as is left where a text is cut, is no reason to end the agent: it is replaced.
        var log = TextWriter.Synchronized(new StreamWriter(Of(2, FileAccess.Write), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
        Console.SetError(log);
        Console.SetOut(log);
        return wire;

        static FileStream Of(int number, FileAccess access) => new(new SafeFileHandle(number, ownsHandle: false), access, bufferSize: 0);
    }

    /// <summary>Waits for the next value; null at the end of the input.</summary>
    public JsonDocument? Read()
    {
        for (var looked = 0; ;)
        {
            var at = buffer.AsSpan(begin + looked, end - begin - looked).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = buffer.AsMemory(begin, looked + at).ToArray();
                begin += line.Length + 1;
                return JsonDocument.Parse(line);
            }

            looked = end - begin;
            if (!ReadMore())
            {
                return null;
            }
        }
    }

    /// <summary>Waits for bytes that follow a value.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public byte[] ReadBytes(int count)
    {
        var bytes = new byte[count];
        var there = Math.Min(count, end - begin);
        buffer.AsSpan(begin, there).CopyTo(bytes);
        begin += there;
        input.ReadExactly(bytes.AsSpan(there));
        return bytes;
    }

    /// <summary>Sends a value. It waits while the server does not read.</summary>
    public void Write(JsonObject value)
    {
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line, AsPeopleReadIt))
        {
            value.WriteTo(writer);
        }

        line.WriteByte((byte)'\n');
        lock (writing)
        {
            output.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
        }
    }

    /// <summary>Sends a value of any type, by reflection.</summary>
    public void Write<T>(T value) => Write((JsonObject)JsonSerializer.SerializeToNode(value, AgentJson.Options)!);

    private bool ReadMore()
    {
        if (end == buffer.Length)
        {
            // Room in front of what is left is used before more is made.
            var next = begin > 0 ? buffer : new byte[buffer.Length * 2];
            buffer.AsSpan(begin, end - begin).CopyTo(next);
            (buffer, begin, end) = (next, 0, end - begin);
        }

        var read = input.Read(buffer, end, buffer.Length - end);
        end += read;
        return read > 0;
    }

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int number, int command, int from);

    [DllImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Replace(int number, int with);
}
