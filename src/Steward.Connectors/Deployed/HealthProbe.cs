using System.Net.Http.Headers;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Deployed;

/// <summary>Asks a service itself how it is. A GET that follows no redirects; the first kilobyte of a bad answer is kept as evidence.</summary>
public sealed class HealthProbe(Redactor redactor, TimeProvider clock, HttpMessageHandler? handler = null) : IDisposable
{
    private const int EvidenceBytes = 1024;

    private readonly HttpClient http = new(handler ?? new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        UseCookies = false,
    })
    { Timeout = Timeout.InfiniteTimeSpan, DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("steward", "0.1") } } };

    /// <summary>Asks once. Anything but a 2xx in time is "not well".</summary>
    /// <param name="address">The health address.</param>
    /// <param name="patience">How long the answer may take.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<HealthCheck> CheckAsync(Uri address, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), timeout, patience, Timeout.InfiniteTimeSpan);
        try
        {
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            if (answer.IsSuccessStatusCode)
            {
                return new HealthCheck(true, null);
            }

            await using var body = await answer.Content.ReadAsStreamAsync(timeout.Token);
            var buffer = new byte[EvidenceBytes];
            var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, timeout.Token);
            var text = redactor.Redact(System.Text.Encoding.UTF8.GetString(buffer, 0, read));
            return new HealthCheck(false, $"HTTP {(int)answer.StatusCode} {(text.Length > 200 ? text[..200] : text)}".TrimEnd());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheck(false, $"no answer within {patience.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new HealthCheck(false, redactor.Redact(e.Message));
        }
    }

    /// <inheritdoc />
    public void Dispose() => http.Dispose();
}
