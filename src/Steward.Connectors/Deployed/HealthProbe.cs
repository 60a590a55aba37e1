using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Deployed;

/// <summary>Asks a service itself how it is. A GET that follows no redirects; the first kilobyte of a bad answer is kept as evidence.</summary>
public sealed class HealthProbe(Redactor redactor, TimeProvider clock, HttpMessageHandler? handler = null) : IDisposable
{
    private const int EvidenceBytes = 1024;
    private const int EvidenceLetters = 200;
    private static readonly HashSet<string> Ill = new(StringComparer.OrdinalIgnoreCase) { "unhealthy", "degraded", "down", "fail", "failed", "error", "out_of_service" };

    private readonly HttpClient http = new(handler ?? new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        UseCookies = false,
    })
    { Timeout = Timeout.InfiniteTimeSpan, DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("steward", "0.1") } } };

    /// <summary>Asks once. Anything but a 2xx in time is "not well", and so is a 2xx whose JSON has a <c>status</c> that says so.</summary>
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
            await using var body = await answer.Content.ReadAsStreamAsync(timeout.Token);
            var buffer = new byte[EvidenceBytes];
            var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, timeout.Token);
            if (answer.IsSuccessStatusCode && !SaysItIsIll(buffer.AsSpan(0, read)))
            {
                return new HealthCheck(true, null);
            }

            var text = redactor.Redact(Encoding.UTF8.GetString(buffer, 0, read));
            return new HealthCheck(false, $"HTTP {(int)answer.StatusCode} {(text.Length > EvidenceLetters ? text[..EvidenceLetters] : text)}".TrimEnd());
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

    // Some services answer 200 whatever they say of themselves: {"status":"degraded"} is not well. The words are those of
    // the health formats in use (RFC draft health+json, Spring, ASP.NET); any other word is left to the status code.
    private static bool SaysItIsIll(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals("status"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.String && Ill.Contains(reader.GetString()!);
                }
            }
        }
        catch (JsonException)
        {
            // No JSON: the status code has to do.
        }

        return false;
    }

    /// <inheritdoc />
    public void Dispose() => http.Dispose();
}
