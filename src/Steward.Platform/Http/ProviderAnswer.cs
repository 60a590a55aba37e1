using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Http;

/// <summary>A provider's whole answer, and the one place that says what a status means.</summary>
public sealed partial class ProviderAnswer
{
    // What a message may quote of a provider's text; and what of it is looked at, since redacting megabytes is no use.
    private const int QuoteLength = 300;
    private const int QuoteScope = 8192;
    private readonly string vendor;
    private readonly ProviderCall call;
    private readonly HttpResponseHeaders headers;
    private readonly Redactor redactor;

    internal ProviderAnswer(string vendor, ProviderCall call, HttpResponseMessage response, byte[] body, DateTimeOffset now, Redactor redactor)
    {
        (this.vendor, this.call, headers, this.redactor) = (vendor, call, response.Headers, redactor);
        (Status, Body, RetryAfter) = (response.StatusCode, body, Wait(response.Headers.RetryAfter, now));
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>The body, at most <see cref="ProviderHttp.MaxAnswerBytes"/>.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>How long the provider asks us to wait (Retry-After in seconds or as a date), where it does.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>True for 200 to 299.</summary>
    public bool IsOk => (int)Status is >= 200 and < 300;

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>A header's value; null when it is not there.</summary>
    public string? Header(string name) => headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>The body of a good answer as JSON of the given shape.</summary>
    /// <exception cref="ConnectorException">The status says no, or the body is something else.</exception>
    public T Json<T>(JsonSerializerOptions options)
    {
        ThrowIfNotOk();
        try
        {
            return JsonSerializer.Deserialize<T>(Body.Span, options) ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Nothing for 200 to 299.</summary>
    /// <exception cref="ConnectorException">The status says no.</exception>
    public void ThrowIfNotOk()
    {
        if (!IsOk)
        {
            throw Refusal();
        }
    }

    /// <summary>What the status means, where the provider has no more special meaning for it.</summary>
    public ConnectorException Refusal()
    {
        var (meaning, transient, effect) = (int)Status switch
        {
            429 => ("it is asked too often", true, CallEffect.None),
            503 when RetryAfter is not null => ("it is not available now", true, CallEffect.None),
            408 => ("it did not get the request in time", true, CallEffect.Unknown),
            >= 500 => ("it failed", true, CallEffect.Unknown),
            401 => ("it does not accept the credentials. Check the token and whether it has expired", false, CallEffect.None),
            403 => ("the credentials do not allow this. Check what the token may do", false, CallEffect.None),
            301 or 307 or 308 => ("it points to another address, and redirects are not followed. Check the configured address", false, CallEffect.None),
            < 200 or (>= 300 and < 400) => ("it points elsewhere, and redirects are not followed. Check the configured address", false, CallEffect.Unknown),
            _ => ("it refused the request", false, CallEffect.None),
        };
        var wait = RetryAfter is { } asked ? $" It asks to wait {Math.Ceiling(asked.TotalSeconds):0} s." : "";
        return Failure($"{meaning} (status {(int)Status}).{wait} {Quote(Text)}".TrimEnd(), transient, effect);
    }

    /// <summary>A failure of this call, in the words of the connector.</summary>
    /// <param name="message">For people; whatever it holds of the provider's text went through <see cref="Quote"/>.</param>
    /// <param name="transient">Whether the same call may succeed later.</param>
    /// <param name="effect">What is known of the effect, if the call changes something; other calls have none.</param>
    /// <param name="cause">What led to it.</param>
    /// <param name="wait">How long the provider asks us to wait, where it says so otherwise than by Retry-After.</param>
    /// <param name="throttled">Whether it is <see cref="ConnectorException.IsThrottled"/>.</param>
    public ConnectorException Failure(string message, bool transient, CallEffect effect, Exception? cause = null, TimeSpan? wait = null, bool throttled = false) =>
        new(vendor, call.Operation, message, cause)
        {
            Status = Status,
            IsTransient = transient,
            RetryAfter = wait ?? RetryAfter,
            IsThrottled = throttled,
            Effect = call.ChangesSomething ? effect : CallEffect.None,
        };

    /// <summary>The answer is not what was agreed: cut off, a web page, another shape. It may be whole the next time.</summary>
    public ConnectorException Unreadable(JsonException cause)
    {
        // What begins like JSON may hold values that were asked for and are secret; only other text is quoted.
        var quote = Body.Span.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..] ? "" : $" It begins: {Quote(Text)}";
        return Failure($"its answer cannot be read (status {(int)Status}, {Body.Length} bytes).{quote}", transient: true, CallEffect.Unknown, cause);
    }

    /// <summary>A provider's text as a message may hold it: redacted, on one line, at most 300 characters.</summary>
    public string Quote(string text)
    {
        var clean = Blank().Replace(redactor.Redact(text.Length <= QuoteScope ? text : text[..QuoteScope]), " ").Trim();
        return clean.Length <= QuoteLength ? clean : clean[..QuoteLength] + "...";
    }

    private static TimeSpan? Wait(RetryConditionHeaderValue? asked, DateTimeOffset now) => asked switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Blank();
}
