using System.Net;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Http;

/// <summary>
/// Speaks HTTP with one provider: sends through its <see cref="ProviderPipeline"/>, reads a bounded answer, and turns
/// everything that can go wrong on the way into a <see cref="ConnectorException"/> that knows whether the call may have
/// happened. Redirects are not followed: a token must not travel to an address that nobody configured.
/// </summary>
public sealed partial class ProviderHttp : IDisposable
{
    /// <summary>The longest answer that is read. Our own choice: far above what Railway, GitHub and n8n were seen to send.</summary>
    public const int MaxAnswerBytes = 8 * 1024 * 1024;

    /// <summary>The longest answer of which the end is read. Our own choice: what still passes within an attempt's time.</summary>
    public const int MaxPassingBytes = 64 * 1024 * 1024;

    private readonly ProviderPipeline pipeline;
    private readonly Redactor redactor;
    private readonly TimeProvider clock;
    private readonly HttpMessageInvoker http;

    /// <summary>Makes the connections' owner; nothing is sent yet.</summary>
    /// <param name="pipeline">What every call goes through.</param>
    /// <param name="redactor">Cleans what is quoted of answers.</param>
    /// <param name="clock">The time.</param>
    /// <param name="handler">What carries the requests; null for real connections.</param>
    public ProviderHttp(ProviderPipeline pipeline, Redactor redactor, TimeProvider clock, HttpMessageHandler? handler)
    {
        (this.pipeline, this.redactor, this.clock) = (pipeline, redactor, clock);
        http = new HttpMessageInvoker(handler ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            Proxy = new OutsideProxy(HttpClient.DefaultProxy),
            // A provider that moves to other addresses is followed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // Our trace ids are nobody else's business, and addresses may hold secrets, as webhooks' do. We have a span of our own.
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>Sends a call and reads its answer.</summary>
    /// <param name="call">What to send.</param>
    /// <param name="read">
    /// Turns the answer, whatever its status, into our nouns. It throws what the answer makes for it:
    /// <see cref="ProviderAnswer.Refusal"/>, <see cref="ProviderAnswer.Failure"/> or <see cref="ProviderAnswer.Unreadable"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the call; cancellation stays cancellation.</param>
    /// <exception cref="ConnectorException">The provider failed.</exception>
    public Task<T> SendAsync<T>(ProviderCall call, Func<ProviderAnswer, T> read, CancellationToken cancellationToken) =>
        pipeline.RunAsync(call.Operation, attempt => SendOnceAsync(call, read, attempt, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public void Dispose() => http.Dispose();

    private async Task<T> SendOnceAsync<T>(ProviderCall call, Func<ProviderAnswer, T> read, CancellationToken attempt, CancellationToken caller)
    {
        using var request = call.Request();
        var content = await OnceContent.WrapAsync(request, attempt);
        try
        {
            using var response = await http.SendAsync(request, attempt);
            var body = await BodyAsync(call, response, attempt);
            return read(new ProviderAnswer(pipeline.Vendor, call, response, body, clock.GetUtcNow(), redactor));
        }
        catch (OperationCanceledException e) when (!caller.IsCancellationRequested)
        {
            var left = MayHaveLeft(content, null);
            throw Broken(call, left ? "no answer in time." : "no connection in time.", left, e);
        }
        catch (HttpRequestException e)
        {
            var left = MayHaveLeft(content, e.HttpRequestError);
            throw Broken(call, left ? $"the connection broke before the answer ({e.HttpRequestError})." : $"cannot be reached ({e.HttpRequestError}).", left, e);
        }
        catch (IOException e)
        {
            throw Broken(call, "the connection broke within the answer.", MayHaveLeft(content, null), e);
        }
    }

    private async Task<byte[]> BodyAsync(ProviderCall call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var limit = call.TailBytes is null ? MaxAnswerBytes : MaxPassingBytes;
        if (response.Content.Headers.ContentLength > limit)
        {
            throw TooLarge(call, response, limit);
        }

        using var body = new MemoryStream();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 * 1024];
        for (var passed = 0L; await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count;)
        {
            passed += count;
            if (passed > limit)
            {
                throw TooLarge(call, response, limit);
            }

            body.Write(buffer, 0, count);
            if (call.TailBytes is { } tail && body.Length > 2L * tail + buffer.Length)
            {
                KeepEnd(body, tail);
            }
        }

        if (call.TailBytes is { } end)
        {
            KeepEnd(body, end);
        }

        return body.ToArray();
    }

    private static void KeepEnd(MemoryStream body, int count)
    {
        if (body.Length > count)
        {
            var bytes = body.GetBuffer();
            Buffer.BlockCopy(bytes, (int)body.Length - count, bytes, 0, count);
            body.SetLength(count);
            body.Position = count;
        }
    }

    // A request without a body leaves with its connection; one with a body has had no effect before the body began.
    private static bool MayHaveLeft(OnceContent? content, HttpRequestError? error) => content?.HasBegun
        ?? error is not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);

    // Asking again would bring as much again; but a change may have happened, and then somebody has to look.
    private ConnectorException TooLarge(ProviderCall call, HttpResponseMessage response, int limit) =>
        new(pipeline.Vendor, call.Operation, $"the answer is too large: more than {limit / 1024 / 1024} MB.")
        {
            Status = response.StatusCode,
            IsTransient = call.ChangesSomething,
            Effect = call.ChangesSomething ? CallEffect.Unknown : CallEffect.None,
        };

    private ConnectorException Broken(ProviderCall call, string message, bool left, Exception cause) =>
        new(pipeline.Vendor, call.Operation, message, cause)
        {
            IsTransient = true,
            Effect = call.ChangesSomething && left ? CallEffect.Unknown : CallEffect.None,
        };
}
