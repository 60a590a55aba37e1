using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Steward.Sandboxing;

namespace Steward.Agents.Runs;

/// <summary>
/// Carries the messages between a box and the server of its run, a line each. Nobody trusts who sends: a few questions are
/// under way at once, one alone where it is large, and what follows is not read before there is room for it.
/// </summary>
/// <param name="box">The box.</param>
/// <param name="large">The node's places for what is large.</param>
/// <param name="clock">For how long somebody may take up such a place.</param>
/// <param name="over">Cancelled when the box has ended: nothing waits for a place any more.</param>
internal sealed class BoxTransport(RunningBox box, LargeMessages large, TimeProvider clock, CancellationToken over) : ITransport
{
    private const int AtOnce = 8;

    // What is large keeps others waiting: whoever does not go on with it is ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly MessageLines lines = new(box.Output, large, Patience, clock);
    private readonly Channel<JsonRpcMessage> messages = Channel.CreateBounded<JsonRpcMessage>(1);
    private readonly SemaphoreSlim places = new(AtOnce);
    private readonly SemaphoreSlim sending = new(1);

    // Bounded by the places. The agent's own ids are kept aside: it may give one twice.
    private readonly ConcurrentDictionary<long, Question> open = new();
    private long last;

    /// <inheritdoc />
    public string? SessionId => null;

    /// <inheritdoc />
    public ChannelReader<JsonRpcMessage> MessageReader => messages.Reader;

    /// <summary>Why the box was ended by what it sent or did not; null when it was not.</summary>
    public string? Ended { get; private set; }

    /// <summary>What went wrong on this side; null when nothing did.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Reads until the box's output ends.</summary>
    public async Task ReadAsync()
    {
        try
        {
            while (await NextAsync() is { } question)
            {
                // The last words of a box that has ended by now are heard as well.
                if (!messages.Writer.TryWrite(question))
                {
                    await messages.Writer.WriteAsync(question, over);
                }
            }

            if (lines.Broken is { } why)
            {
                End(why);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException || (e is OperationCanceledException && over.IsCancellationRequested))
        {
            // The box is gone, or the run is called off.
        }
#pragma warning disable CA1031 // Whatever it is, the run is told so: nobody else would see it here.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e);
        }
        finally
        {
            messages.Writer.TryComplete();
        }
    }

    /// <summary>Waits for the place that a large answer needs. It is given back when the answer has been taken.</summary>
    public async Task HoldAsync(RequestId id, CancellationToken cancellationToken)
    {
        if (Find(id) is not { IsLarge: false } question)
        {
            return;
        }

        await large.TakeAsync(cancellationToken);
        lock (question)
        {
            if (open.ContainsKey(question.Number))
            {
                question.IsLarge = true;
                return;
            }
        }

        large.GiveBack(0);
    }

    /// <inheritdoc />
    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        // Nothing but answers is sent.
        if (message is not JsonRpcMessageWithId answer || Find(answer.Id) is not { } question)
        {
            return;
        }

        using var patience = new CancellationTokenSource(question.IsLarge ? Patience : Timeout.InfiniteTimeSpan, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            answer.Id = question.Id;
            await sending.WaitAsync(ending.Token);
            try
            {
                var line = JsonSerializer.SerializeToUtf8Bytes(message, McpJsonUtilities.DefaultOptions);
                question.Bytes += line.Length;
                await box.Input.WriteAsync(line, ending.Token);
                await box.Input.WriteAsync("\n"u8.ToArray(), ending.Token);
                await box.Input.FlushAsync(ending.Token);
            }
            finally
            {
                sending.Release();
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            End($"The agent did not take a large answer within {Patience.TotalSeconds:0} s, and its process was ended.");
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The box is gone, or the run is called off.
        }
#pragma warning disable CA1031 // The agent would wait for ever for an answer that cannot be sent.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e);
        }
        finally
        {
            Close(question);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        foreach (var question in open.Values)
        {
            Close(question);
        }

        return ValueTask.CompletedTask;
    }

    // The next question; null at the end.
    private async Task<JsonRpcRequest?> NextAsync()
    {
        while (true)
        {
            var (isAlone, size) = (false, 0);
            JsonRpcRequest? request = null;
            try
            {
                if (await lines.NextAsync(AloneAsync, () => isAlone = true) is not { } line)
                {
                    return null;
                }

                size = line.Length;
                request = Parse(line.Span);
            }
            finally
            {
                lines.Shrink();
                if (isAlone && request is null)
                {
                    places.Release(AtOnce);
                    large.GiveBack(size);
                }
            }

            if (request is null)
            {
                // Words that are no question. Nothing depends on them.
                continue;
            }

            if (!isAlone && !places.Wait(TimeSpan.Zero))
            {
                await places.WaitAsync(over);
            }

            var question = new Question(++last, request.Id, isAlone ? AtOnce : 1) { IsLarge = isAlone, Bytes = size };
            open[question.Number] = question;
            request.Id = new RequestId(question.Number);
            return request;
        }
    }

    private async Task AloneAsync()
    {
        for (var taken = 0; taken < AtOnce; taken++)
        {
            await places.WaitAsync(over);
        }

        await large.TakeAsync(over);
    }

    private static JsonRpcRequest? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonRpcMessage>(line, McpJsonUtilities.DefaultOptions) as JsonRpcRequest;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Question? Find(RequestId id) => id.Id is long number ? open.GetValueOrDefault(number) : null;

    private void Close(Question question)
    {
        lock (question)
        {
            if (open.TryRemove(question.Number, out _))
            {
                places.Release(question.Places);
                if (question.IsLarge)
                {
                    large.GiveBack(question.Bytes);
                }
            }
        }
    }

    private void End(string why)
    {
        Ended ??= why;
        box.Kill();
    }

    private void Fail(Exception e)
    {
        Fault ??= e;
        box.Kill();
    }

    // A question of the agent's that has no answer yet.
    private sealed class Question(long number, RequestId id, int places)
    {
        public long Number { get; } = number;

        public RequestId Id { get; } = id;

        public int Places { get; } = places;

        public bool IsLarge { get; set; }

        // Of it and of its answer.
        public long Bytes { get; set; }
    }
}
