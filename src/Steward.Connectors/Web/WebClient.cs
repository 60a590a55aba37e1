using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Web;

/// <summary>
/// Asks web servers for programs that nobody trusts. A name is resolved once, its addresses are checked, and one of those is
/// connected to: what a name means cannot change in between. Redirects go through the same check, five at the most.
/// </summary>
/// <param name="options">Which private hosts may be asked.</param>
/// <param name="calls">The exact calls that change something.</param>
/// <param name="redactor">Keeps secrets out of what is said.</param>
/// <param name="clock">For time limits.</param>
/// <param name="lookUp">What the addresses of a name are; the machine's own way when it is left out.</param>
public sealed class WebClient(IOptions<WebOptions> options, WebCalls calls, Redactor redactor, TimeProvider clock, Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null)
{
    /// <summary>The longest body, in bytes.</summary>
    public const int LongestBody = 5 << 20;

    private const int MostRedirects = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<string> privateHosts = options.Value.PrivateHostList;

    /// <summary>Gets an address.</summary>
    /// <param name="url">http or https.</param>
    /// <param name="mayReach">Whether a host may be asked at all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="WebFaultException">It was refused or could not be asked.</exception>
    public Task<WebAnswer> GetAsync(Uri url, Func<string, bool> mayReach, CancellationToken cancellationToken) => AskAsync(url, null, mayReach, cancellationToken);

    /// <summary>Sends something. It is not sent on to where a redirect points.</summary>
    /// <param name="permit">For <see cref="WebCalls.Post"/>.</param>
    /// <param name="post">What and where.</param>
    /// <param name="mayReach">Whether a host may be asked at all.</param>
    /// <param name="cancellationToken">Cancels; what was sent may have come to effect.</param>
    /// <exception cref="WebFaultException">It was refused or could not be asked.</exception>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public Task<WebAnswer> PostAsync(Permit permit, WebPost post, Func<string, bool> mayReach, CancellationToken cancellationToken) =>
        permit.RunAsync(calls.Post(post), sending => AskAsync(post.Url, post, mayReach, sending), answer => $"It answered {answer.Status}.", cancellationToken);

    private async Task<WebAnswer> AskAsync(Uri url, WebPost? post, Func<string, bool> mayReach, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), timeout, Patience, Timeout.InfiniteTimeSpan);
        var begun = clock.GetTimestamp();
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                Check(url, mayReach);
                using var asking = new Asking(privateHosts, lookUp ?? Dns.GetHostAddressesAsync, post is null);
                using var request = Request(url, post);
                using var answer = await asking.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
                if (post is null && (int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is { } next && redirects < MostRedirects)
                {
                    url = new Uri(url, next);
                    continue;
                }

                var body = await ReadAsync(answer, timeout.Token);
                return new WebAnswer((int)answer.StatusCode, body, answer.Content.Headers.ContentType?.ToString(), clock.GetElapsedTime(begun).TotalMilliseconds, asking.CertificateEnds);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WebFaultException("timeout", $"{url.Host} did not answer within {Patience.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var fault = e.InnerException as WebFaultException ?? e.InnerException?.InnerException as WebFaultException;
            throw fault ?? new WebFaultException("unreachable", redactor.Redact($"{url.Host} cannot be asked: {(e.InnerException ?? e).Message}"));
        }
    }

    private static void Check(Uri url, Func<string, bool> mayReach)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
        {
            throw new WebFaultException("invalid", "The address must begin with http:// or https:// and hold no user name.");
        }

        if (!mayReach(url.IdnHost.ToLowerInvariant()))
        {
            throw new WebFaultException("not-declared", $"The host {url.IdnHost} is not declared.");
        }
    }

    private static HttpRequestMessage Request(Uri url, WebPost? post)
    {
        var request = new HttpRequestMessage(post is null ? HttpMethod.Get : HttpMethod.Post, url);
        request.Headers.UserAgent.ParseAdd("steward-agent/0.1");
        if (post is not null)
        {
            request.Content = new StringContent(post.Body, Encoding.UTF8);
            request.Content.Headers.Remove("Content-Type");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", post.ContentType);
        }

        return request;
    }

    private static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + read > LongestBody)
            {
                throw new WebFaultException("too-large", $"The answer has more than {LongestBody >> 20} MB.");
            }

            body.Write(buffer, 0, read);
        }

        var encoding = answer.Content.Headers.ContentType?.CharSet?.Trim('"') is { } name && Known(name) is { } known ? known : Encoding.UTF8;
        return encoding.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    private static Encoding? Known(string name)
    {
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // One connection for one request: nothing is shared between agents.
    private sealed class Asking : IDisposable
    {
        private readonly IReadOnlyList<string> privateHosts;
        private readonly Func<string, CancellationToken, Task<IPAddress[]>> lookUp;

        public Asking(IReadOnlyList<string> privateHosts, Func<string, CancellationToken, Task<IPAddress[]>> lookUp, bool isGet)
        {
            (this.privateHosts, this.lookUp) = (privateHosts, lookUp);
            Http = new HttpClient(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                AutomaticDecompression = isGet ? DecompressionMethods.All : DecompressionMethods.None,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                ConnectCallback = ConnectAsync,
                SslOptions = { RemoteCertificateValidationCallback = Look },
            })
            { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestBody };
        }

        public HttpClient Http { get; }

        public DateTimeOffset? CertificateEnds { get; private set; }

        public void Dispose() => Http.Dispose();

        private bool Look(object sender, System.Security.Cryptography.X509Certificates.X509Certificate? certificate, System.Security.Cryptography.X509Certificates.X509Chain? chain, SslPolicyErrors errors)
        {
            CertificateEnds = certificate is System.Security.Cryptography.X509Certificates.X509Certificate2 read ? new DateTimeOffset(read.NotAfter.ToUniversalTime(), TimeSpan.Zero) : null;
            return errors == SslPolicyErrors.None;
        }

        private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var host = context.DnsEndPoint.Host.Trim('[', ']').ToLowerInvariant();
            var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await lookUp(host, cancellationToken);
            var may = privateHosts.Contains(host) ? addresses : [.. addresses.Where(PublicAddress.Is)];
            if (may.Length == 0 || (may.Length < addresses.Length))
            {
                throw new WebFaultException("private-address", $"{host} is inside a private network. Its owner may allow it with Tools:PrivateHosts.");
            }

            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(may, context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
