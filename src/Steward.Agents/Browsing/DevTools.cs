using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Agents.Browsing;

/// <summary>A command was not done.</summary>
/// <param name="message">What the browser says, or that it says nothing.</param>
/// <param name="isGone">Whether the browser is gone: nothing more can be asked of it.</param>
internal sealed class DevToolsException(string message, bool isGone = false) : Exception(message)
{
    /// <summary>Whether the browser is gone.</summary>
    public bool IsGone { get; } = isGone;
}

/// <summary>
/// Commands to a browser and what it reports, by Chromium's DevTools protocol over a pipe: JSON, each message ended by a zero
/// byte. What comes is from outside: it is bounded, and one message too long ends the connection.
/// </summary>
internal sealed class DevTools : IDisposable
{
    // A picture of 10 MB in base64, and some room.
    private const int LongestMessage = 24 << 20;
    private const long MostBytes = 512L << 20;

    private readonly Stream input;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim writing = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> waiting = new();
    private int last;
    private bool isOver;

    public DevTools(Stream input, Stream output, TimeProvider clock)
    {
        (this.input, this.clock) = (input, clock);
        Over = ReadAsync(output);
    }

    /// <summary>Something happened: its name, what is said of it, and the session that it belongs to. Called one after the other; must not wait.</summary>
    public event Action<string, JsonElement, string?>? Happened;

    /// <summary>Why the connection was ended from here; null when it was not.</summary>
    public string? Fault { get; private set; }

    /// <summary>Ends with the connection.</summary>
    public Task Over { get; }

    /// <summary>Sends a command.</summary>
    /// <param name="method">Its name, such as <c>Page.navigate</c>.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="session">The page's session; null for the browser itself.</param>
    /// <param name="patience">How long to wait for the answer.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <exception cref="DevToolsException">It was not done.</exception>
    /// <exception cref="TimeoutException">Nothing was answered in time.</exception>
    public async Task<JsonElement> CallAsync(string method, JsonObject? parameters, string? session, TimeSpan patience, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref last);
        var answer = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await SendAsync(id, method, parameters, session, cancellationToken);
            if (Volatile.Read(ref isOver))
            {
                throw Gone();
            }

            var message = await answer.Task.WaitAsync(patience, clock, cancellationToken);
            return message.TryGetProperty("error", out var error)
                ? throw new DevToolsException(error.TryGetProperty("message", out var said) ? said.ToString() : "It was refused.")
                : message.TryGetProperty("result", out var result) ? result : default;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw Gone();
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    /// <summary>Sends a command whose answer nobody needs.</summary>
    public void Tell(string method, JsonObject? parameters, string? session) =>
        _ = SendAsync(Interlocked.Increment(ref last), method, parameters, session, CancellationToken.None).ContinueWith(static sent => _ = sent.Exception, TaskScheduler.Default);

    public void Dispose() => writing.Dispose();

    private async Task SendAsync(int id, string method, JsonObject? parameters, string? session, CancellationToken cancellationToken)
    {
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
        {
            message["sessionId"] = session;
        }

        byte[] frame = [.. JsonSerializer.SerializeToUtf8Bytes(message), 0];
        await writing.WaitAsync(cancellationToken);
        try
        {
            await input.WriteAsync(frame, cancellationToken);
            await input.FlushAsync(cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ReadAsync(Stream output)
    {
        var reader = PipeReader.Create(output, new StreamPipeReaderOptions(bufferSize: 64 << 10));
        try
        {
            for (var all = 0L; ;)
            {
                var read = await reader.ReadAsync();
                var buffer = read.Buffer;
                while (buffer.PositionOf((byte)0) is { } end)
                {
                    var frame = buffer.Slice(0, end);
                    all += frame.Length;
                    Take(frame);
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                }

                Fault = buffer.Length > LongestMessage ? $"one message has more than {LongestMessage >> 20} MB" : all > MostBytes ? $"it has reported more than {MostBytes >> 20} MB" : null;
                if (read.IsCompleted || Fault is not null)
                {
                    return;
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException and not ObjectDisposedException)
        {
            Fault = "it said what is no message of the protocol";
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It ended.
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            foreach (var one in waiting.Values)
            {
                one.TrySetException(Gone());
            }
        }
    }

    private void Take(ReadOnlySequence<byte> frame)
    {
        var reader = new Utf8JsonReader(frame, new JsonReaderOptions { MaxDepth = 256 });
        var message = JsonElement.ParseValue(ref reader);
        if (message.TryGetProperty("id", out var id) && id.TryGetInt32(out var number))
        {
            if (waiting.TryRemove(number, out var call))
            {
                call.TrySetResult(message);
            }
        }
        else if (message.TryGetProperty("method", out var method) && message.TryGetProperty("params", out var parameters))
        {
            Happened?.Invoke(method.GetString()!, parameters, message.TryGetProperty("sessionId", out var session) ? session.GetString() : null);
        }
    }

    private static DevToolsException Gone() => new("The browser is gone.", isGone: true);
}
