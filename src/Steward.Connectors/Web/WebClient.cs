using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Steward.Governance.Calls;
using Steward.Platform.Http;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Web;

/// <summary>
/// Asks web servers for programs that nobody trusts, over connections that <see cref="Dialer"/> opens. Redirects go through the
/// same check, five at the most.
/// </summary>
/// <param name="dialer">Opens its connections.</param>
/// <param name="calls">The exact calls that change something.</param>
/// <param name="redactor">Keeps secrets out of what is said.</param>
/// <param name="clock">For time limits.</param>
public sealed class WebClient(Dialer dialer, WebCalls calls, Redactor redactor, TimeProvider clock)
{
    /// <summary>The longest body, in bytes.</summary>
    public const int LongestBody = 5 << 20;

    // A body goes through memory several times on its way to who asked.
    private const int Large = 64 << 10;
    private const int MostRedirects = 5;
    private const string Answered = "It answered with status ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Gets an address.</summary>
    /// <param name="url">http or https.</param>
    /// <param name="mayReach">Whether a host may be asked at all.</param>
    /// <param name="room">The room for a body of more than 64 KB; null where nobody waits for it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="WebFaultException">It was refused or could not be asked.</exception>
    public Task<WebAnswer> GetAsync(Uri url, Func<string, bool> mayReach, LargeBodies? room, CancellationToken cancellationToken) => AskAsync(url, null, mayReach, room, cancellationToken);

    /// <summary>Sends something. It is not sent on to where a redirect points.</summary>
    /// <param name="permit">For <see cref="WebCalls.Post"/>.</param>
    /// <param name="post">What and where.</param>
    /// <param name="mayReach">Whether a host may be asked at all.</param>
    /// <param name="room">The room for a body of more than 64 KB; null where nobody waits for it.</param>
    /// <param name="cancellationToken">Cancels; what was sent may have come to effect.</param>
    /// <exception cref="WebFaultException">It was refused or could not be asked.</exception>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public Task<WebAnswer> PostAsync(Permit permit, WebPost post, Func<string, bool> mayReach, LargeBodies? room, CancellationToken cancellationToken) =>
        permit.RunAsync(calls.Post(post), sending => AskAsync(post.Url, post, mayReach, room, sending), answer => $"{Answered}{answer.Status}", cancellationToken);

    /// <summary>What is known of an answer that came once and was written down: its status, without its body.</summary>
    /// <param name="detail">What was written down.</param>
    public static WebAnswer? Remembered(string? detail) =>
        detail?.StartsWith(Answered, StringComparison.Ordinal) == true && int.TryParse(detail.AsSpan(Answered.Length), CultureInfo.InvariantCulture, out var status) ? new WebAnswer(status, "", null, 0, null) : null;

    private async Task<WebAnswer> AskAsync(Uri url, WebPost? post, Func<string, bool> mayReach, LargeBodies? room, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var time = new ServerTime(clock, timeout);
        var effect = CallEffect.None;
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                Dialer.Check(url, mayReach);
                using var asking = new Asking(dialer, post is null, clock, () => effect = CallEffect.Unknown);
                using var request = Request(url, post);
                using var answer = await asking.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
                if (post is null && (int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is { } next && redirects < MostRedirects)
                {
                    url = new Uri(url, next);
                    continue;
                }

                return await TakeAsync(answer, asking, time, room, timeout.Token, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WebFaultException("timeout", $"{url.Host} did not answer within {Patience.TotalSeconds:0} s.") { Effect = effect };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var fault = e.InnerException as WebFaultException ?? e.InnerException?.InnerException as WebFaultException;
            throw fault ?? new WebFaultException("unreachable", redactor.Redact($"{url.Host} cannot be asked: {(e.InnerException ?? e).Message}")) { Effect = effect };
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

    // Others wait for the room in which an answer is kept: nobody has it while his server thinks.
    private static async Task<WebAnswer> TakeAsync(HttpResponseMessage answer, Asking asking, ServerTime time, LargeBodies? room, CancellationToken timeout, CancellationToken cancellationToken)
    {
        var isLarge = false;
        try
        {
            var body = await ReadAsync(answer, async () =>
            {
                if (room is not null)
                {
                    await time.LeaveOutAsync(room.Reading.WaitAsync(cancellationToken));
                    isLarge = true;
                }
            }, timeout);
            var taken = time.Taken;
            if (isLarge)
            {
                await room!.BeforeKept(cancellationToken);
            }

            var encoding = answer.Content.Headers.ContentType?.CharSet?.Trim('"') is { } name && Known(name) is { } known ? known : Encoding.UTF8;
            return new WebAnswer((int)answer.StatusCode, encoding.GetString(body.GetBuffer(), 0, (int)body.Length), answer.Content.Headers.ContentType?.ToString(), taken.TotalMilliseconds, asking.CertificateEnds);
        }
        finally
        {
            if (isLarge)
            {
                room!.Reading.Release();
            }
        }
    }

    private static async Task<MemoryStream> ReadAsync(HttpResponseMessage answer, Func<Task> beforeLarge, CancellationToken cancellationToken)
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

            if (body.Length <= Large && body.Length + read > Large)
            {
                await beforeLarge();
            }

            body.Write(buffer, 0, read);
        }

        return body;
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

    // What a server takes, and may take. What is waited for here is not its time.
    private sealed class ServerTime : IDisposable
    {
        private readonly TimeProvider clock;
        private readonly ITimer timer;
        private readonly long begun;
        private TimeSpan waited;

        public ServerTime(TimeProvider clock, CancellationTokenSource over)
        {
            (this.clock, begun) = (clock, clock.GetTimestamp());
            timer = clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), over, Patience, Timeout.InfiniteTimeSpan);
        }

        public TimeSpan Taken => clock.GetElapsedTime(begun) - waited;

        public async Task LeaveOutAsync(Task wait)
        {
            var from = clock.GetTimestamp();
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            await wait;
            waited += clock.GetElapsedTime(from);
            timer.Change(Taken < Patience ? Patience - Taken : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => timer.Dispose();
    }

    // One connection for one request: nothing is shared between agents.
    private sealed class Asking : IDisposable
    {
        private readonly Dialer dialer;
        private readonly TimeProvider clock;

        public Asking(Dialer dialer, bool isGet, TimeProvider clock, Action connected)
        {
            (this.dialer, this.clock) = (dialer, clock);
            Http = new HttpClient(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                AutomaticDecompression = isGet ? DecompressionMethods.All : DecompressionMethods.None,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                ConnectCallback = ConnectAsync,
                // Behind the handshake of TLS: from here on something may be sent.
                PlaintextStreamFilter = (context, _) =>
                {
                    connected();
                    return ValueTask.FromResult(context.PlaintextStream);
                },
                SslOptions = { RemoteCertificateValidationCallback = Look },
            })
            { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestBody };
        }

        public HttpClient Http { get; }

        public DateTimeOffset? CertificateEnds { get; private set; }

        public void Dispose() => Http.Dispose();

        private bool Look(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            var read = certificate as X509Certificate2;
            CertificateEnds = read is null ? null : new DateTimeOffset(read.NotAfter.ToUniversalTime(), TimeSpan.Zero);
            return errors == SslPolicyErrors.None ? true
                : throw new WebFaultException("certificate", $"The certificate of {((SslStream)sender).TargetHostName} {Fault(read, chain, errors)}.") { Effect = CallEffect.None };
        }

        private string Fault(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            return certificate is null ? "is missing"
                : certificate.NotAfter.ToUniversalTime() is var end && end < now ? string.Create(CultureInfo.InvariantCulture, $"ended on {end:yyyy-MM-dd HH:mm} UTC")
                : certificate.NotBefore.ToUniversalTime() is var begin && begin > now ? string.Create(CultureInfo.InvariantCulture, $"begins on {begin:yyyy-MM-dd HH:mm} UTC only")
                : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "is for another name"
                : $"is not trusted here ({string.Join(", ", chain?.ChainStatus.Select(status => status.Status) ?? [])})";
        }

        private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
            new NetworkStream(await dialer.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken), ownsSocket: true);
    }
}
