using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Steward.Simulation.Traffic;

/// <summary>
/// A server without a network: a request is answered by the same endpoints, on the thread that sends it and in no time. On a
/// driven clock nothing is then left to the machine's own timing.
/// </summary>
internal sealed class InProcessServer : IServer
{
    private Func<IFeatureCollection, Task>? answer;

    public InProcessServer() => Features.Set<IServerAddressesFeature>(new ServerAddressesFeature());

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        answer = async features =>
        {
            var context = application.CreateContext(features);
            try
            {
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, null);
            }
            catch (Exception e)
            {
                application.DisposeContext(context, e);
                throw;
            }
        };
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }

    /// <summary>A client's way in.</summary>
    public HttpMessageHandler Connect() => new Connection(this);

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri!;
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        using var lifetime = new Lifetime(cancellationToken);
        var response = new HttpResponseFeature();
        using var written = new MemoryStream();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Protocol = "HTTP/1.1",
            Method = request.Method.Method,
            Scheme = uri.Scheme,
            Path = PathString.FromUriComponent(uri).Value!,
            QueryString = uri.Query,
            Headers = Headers(request),
            Body = new MemoryStream(body),
        });
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(written));
        features.Set<IHttpRequestLifetimeFeature>(lifetime);
        await (answer ?? throw new InvalidOperationException("The world has not started."))(features);
        cancellationToken.ThrowIfCancellationRequested();
        return lifetime.IsAborted
            ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was broken.")
            : Response(response, written.ToArray());
    }

    private static HeaderDictionary Headers(HttpRequestMessage request)
    {
        var headers = new HeaderDictionary { ["Host"] = request.RequestUri!.Authority };
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()))
        {
            headers[name] = values.ToArray();
        }

        return headers;
    }

    private static HttpResponseMessage Response(HttpResponseFeature response, byte[] body)
    {
        var message = new HttpResponseMessage((HttpStatusCode)response.StatusCode) { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in response.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return message;
    }

    private sealed class Connection(InProcessServer server) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            server.AnswerAsync(request, cancellationToken);
    }

    private sealed class Lifetime(CancellationToken clientLeaves) : IHttpRequestLifetimeFeature, IDisposable
    {
        private readonly CancellationTokenSource aborted = CancellationTokenSource.CreateLinkedTokenSource(clientLeaves);

        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted
        {
            get => aborted.Token;
            set => throw new NotSupportedException("The client alone says when it leaves.");
        }

        public void Abort() => IsAborted = true;

        public void Dispose() => aborted.Dispose();
    }
}
