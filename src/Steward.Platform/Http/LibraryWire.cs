using System.Net;

namespace Steward.Platform.Http;

/// <summary>
/// What a vendor's library sends one request through. It notes whether the request may have left, turns refusals into our
/// failures before the library sees them, and keeps the first failure, whatever the library makes of it.
/// </summary>
internal sealed class LibraryWire(
    HttpMessageInvoker http, Func<HttpResponseMessage, Task<ConnectorException>> refusal, Func<Exception, OnceContent?, ConnectorException> broken) : HttpMessageHandler
{
    private OnceContent? content;
    private bool used;

    /// <summary>The first thing that went wrong.</summary>
    public ConnectorException? Failure { get; private set; }

    /// <summary>The status of the answer, once there is one.</summary>
    public HttpStatusCode? Status { get; private set; }

    /// <summary>True once the request may have left the process.</summary>
    public bool HasLeft => content?.HasBegun ?? used;

    /// <summary>Notes that the answer broke off.</summary>
    public void Break(Exception error) => Failure ??= broken(error, content);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (used)
        {
            throw new InvalidOperationException("A library tried to send again; only the pipeline repeats.");
        }

        content = await OnceContent.WrapAsync(request, cancellationToken);
        used = true;
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Break(e);
            throw Failure!;
        }

        Status = response.StatusCode;
        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                Failure = await refusal(response);
            }

            throw Failure;
        }

        var body = new StreamContent(new WatchedStream(await response.Content.ReadAsStreamAsync(cancellationToken), ProviderHttp.MaxAnswerBytes, Break));
        foreach (var (name, values) in response.Content.Headers)
        {
            body.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content = body;
        return response;
    }
}
