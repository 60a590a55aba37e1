using System.Diagnostics.CodeAnalysis;

namespace Steward.Platform.Http;

/// <content>Calls that a vendor's own client library writes and reads.</content>
public sealed partial class ProviderHttp
{
    /// <summary>
    /// Sends a call that changes something through a vendor's library, which gets a client that sends one request, once, follows
    /// no redirect and keeps no cookie. Whatever the library makes of a failure, what is thrown is ours.
    /// </summary>
    /// <param name="operation">The named operation, for messages and metrics.</param>
    /// <param name="use">Lets the library send its request and read the answer, streamed or whole. Its own retries are to be off.</param>
    /// <param name="refuse">What a status outside of 200 to 299 means; null for <see cref="ProviderAnswer.Refusal"/>.</param>
    /// <param name="cancellationToken">Cancels the call; cancellation stays cancellation.</param>
    /// <exception cref="ConnectorException">The provider failed, or the library could not read its answer.</exception>
    public Task<T> UseAsync<T>(
        string operation, Func<HttpClient, CancellationToken, Task<T>> use, Func<ProviderAnswer, ConnectorException>? refuse, CancellationToken cancellationToken)
    {
        var call = new ProviderCall(operation, true, () => throw new InvalidOperationException("The library makes the request."));
        return pipeline.RunAsync(operation, attempt => UseOnceAsync(call, use, refuse, attempt, cancellationToken), cancellationToken);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Libraries throw what they like; it becomes one exception here, which is thrown.")]
    private async Task<T> UseOnceAsync<T>(
        ProviderCall call, Func<HttpClient, CancellationToken, Task<T>> use, Func<ProviderAnswer, ConnectorException>? refuse, CancellationToken attempt, CancellationToken caller)
    {
        using var wire = new LibraryWire(http, response => AnswerAsync(call, response, refuse, attempt), (error, left) => Broken(call, error, left));
        using var client = new HttpClient(wire, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            return await use(client, attempt);
        }
        catch (Exception) when (wire.Failure is not null && !caller.IsCancellationRequested)
        {
            throw wire.Failure;
        }
        catch (OperationCanceledException e) when (!caller.IsCancellationRequested)
        {
            throw Broken(call, wire.HasLeft ? "no answer in time." : "no connection in time.", wire.HasLeft, e);
        }
        catch (Exception e) when (e is not (OperationCanceledException or ConnectorException))
        {
            caller.ThrowIfCancellationRequested();
            // A library's message may quote what it read, and that was not redacted.
            throw new ConnectorException(pipeline.Vendor, call.Operation, $"its answer cannot be read ({e.GetType().Name}).")
            {
                Status = wire.Status,
                IsTransient = true,
                Effect = wire.HasLeft ? CallEffect.Unknown : CallEffect.None,
            };
        }
    }

    private async Task<ConnectorException> AnswerAsync(
        ProviderCall call, HttpResponseMessage response, Func<ProviderAnswer, ConnectorException>? refuse, CancellationToken attempt)
    {
        var answer = new ProviderAnswer(pipeline.Vendor, call, response, await BodyAsync(call, response, attempt), clock.GetUtcNow(), redactor);
        return refuse is null ? answer.Refusal() : refuse(answer);
    }

    private ConnectorException Broken(ProviderCall call, Exception error, OnceContent? content)
    {
        var left = MayHaveLeft(content, (error as HttpRequestException)?.HttpRequestError);
        return error is HttpRequestException { HttpRequestError: var why }
            ? Broken(call, left ? $"the connection broke before the answer ended ({why})." : $"cannot be reached ({why}).", left, error)
            : Broken(call, "the connection broke within the answer.", left, error);
    }
}
