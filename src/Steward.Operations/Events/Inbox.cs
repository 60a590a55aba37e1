using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Steward.Governance.Audit;
using Steward.Platform.Http;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Operations.Events;

/// <summary>An event that is in the ledger.</summary>
/// <param name="Id">Its work item; left out when it was known before.</param>
/// <param name="Event">Which delivery it is: the source and the provider's id.</param>
/// <param name="Known">True when it had been delivered before: nothing was added.</param>
internal sealed record TakenEvent(Guid? Id, string Event, bool Known);

/// <summary>
/// Takes deliveries in: checked in an order that believes nothing too early, written down durably, and only then
/// answered. What follows from an event is done later, from the ledger.
/// </summary>
internal sealed class Inbox(WorkLedger ledger, EventWakes wakes, BodyReader bodies, RefusedStrangers refused, Redactor redactor, TimeProvider clock)
{
    private static readonly EventRefusal TooLarge = new(StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body is larger than is taken here.");

    private static readonly EventRefusal Busy = new(StatusCodes.Status503ServiceUnavailable, "busy",
        "Too many large bodies are being received at this moment. Deliver it again later.");

    private static readonly EventRefusal NotJsonType = new(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type",
        "The body must be JSON, with 'Content-Type: application/json'. GitHub offers that as the webhook's content type; form encoding is not taken.");

    private static readonly EventRefusal Packed = new(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type",
        "The body must not be compressed: send it without Content-Encoding.");

    // What two readers could understand in two ways is read in none.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly EventRefusal NotJson = new(StatusCodes.Status400BadRequest, "invalid", "The body is not a JSON object in UTF-8 in which every member is there once.");

    /// <summary>Takes one delivery in, or refuses it.</summary>
    public async Task<IResult> TakeAsync(HttpContext context, WebhookSource source)
    {
        var request = context.Request;
        // The server's own limit is for its API; this one is counted below, where a refusal can be written down.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        if ((source.Admit(request) ?? CheckHead(request, source)) is { } early)
        {
            return await RefuseAsync(context, source, early);
        }

        using var body = await bodies.ReadAsync(request.Body, source.MaxBody, context.RequestAborted);
        var refusal = body.IsTooLong ? TooLarge : body.FoundNoRoom ? Busy : source.Verify(request, body.Bytes.Span);
        if (refusal is not null)
        {
            return await RefuseAsync(context, source, refusal);
        }

        if (Read(request, source, body.Bytes) is not { } record)
        {
            return await RefuseAsync(context, source, NotJson);
        }

        return TypedResults.Accepted((string?)null, await RecordAsync(record, context.RequestAborted));
    }

    /// <summary>Writes an event down, once; returns when that is durable. Then, and beside the caller, the loop is told.</summary>
    public async Task<TakenEvent> RecordAsync(EventRecord record, CancellationToken cancellationToken)
    {
        var id = await ledger.EnqueueAsync(EventWork.For(record), cancellationToken);
        EventMeter.Taken.Add(1, new KeyValuePair<string, object?>("source", record.Source), new KeyValuePair<string, object?>("known", id is null));
        if (id is not null && EventWork.MakesLook(record))
        {
            wakes.Look();
        }

        return new TakenEvent(id, record.Occurrence, id is null);
    }

    private static EventRefusal? CheckHead(HttpRequest request, WebhookSource source) =>
        request.ContentLength > source.MaxBody ? TooLarge
        : request.Headers.ContentEncoding.Count > 0 ? Packed
        : MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) ? null
        : NotJsonType;

    private EventRecord? Read(HttpRequest request, WebhookSource source, ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? source.Read(request, body.Span, new EventFields(document.RootElement, redactor), clock.GetUtcNow())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<IResult> RefuseAsync(HttpContext context, WebhookSource source, EventRefusal refusal)
    {
        EventMeter.Refused.Add(1, new KeyValuePair<string, object?>("source", source.Name), new KeyValuePair<string, object?>("reason", refusal.Code));
        await refused.RecordAsync(refusal.Of(source.Name), context.Connection.RemoteIpAddress?.ToString() ?? "unknown", context.RequestAborted);
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = 10.ToString(CultureInfo.InvariantCulture);
        }

        // An address that is not right is as good as one that there is not: both are told the same.
        return TypedResults.Problem(refusal.Status == StatusCodes.Status404NotFound
            ? Answers.Problem(StatusCodes.Status404NotFound, "not-found", "There is nothing here.")
            : Answers.Problem(refusal.Status, refusal.Code, refusal.Detail));
    }
}
