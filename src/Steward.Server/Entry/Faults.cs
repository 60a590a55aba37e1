using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Steward.Platform.Storage;
using Steward.Server.Telemetry;

namespace Steward.Server.Entry;

/// <summary>Turns what was thrown into an answer: a request that cannot be read, a store that is gone, a mistake of ours.</summary>
internal sealed partial class Faults(ILogger<Faults> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        await (exception switch
        {
            BadHttpRequestException bad => UnreadableAsync(httpContext, bad),
            _ when StoreTrouble.Is(exception) => StoreGoneAsync(httpContext, exception),
            _ => MistakeAsync(httpContext, exception),
        });
        return true;
    }

    private static Task UnreadableAsync(HttpContext context, BadHttpRequestException bad) => bad switch
    {
        { StatusCode: not StatusCodes.Status400BadRequest } => Problems.WriteAsync(context, bad.StatusCode, bad.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => "body-too-large",
            StatusCodes.Status415UnsupportedMediaType => "unsupported-media-type",
            _ => "invalid",
        }, bad.Message),
        { InnerException: JsonException json } => Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "invalid",
            $"The body is not the JSON that is wanted here: {Shorten(json.Message)}", Field(json)),
        _ when NoBody().IsMatch(bad.Message) => Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "invalid", "The body is missing: send a JSON object, with 'Content-Type: application/json'."),
        _ => Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "invalid", Parameter().Match(bad.Message) is { Success: true } parameter
            ? $"'{parameter.Groups[1].Value}' is missing or cannot be read."
            : bad.Message, Parameter().Match(bad.Message) is { Success: true } named ? named.Groups[1].Value : null),
    };

    private Task StoreGoneAsync(HttpContext context, Exception exception)
    {
        LogStoreGone(log, exception);
        return Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "store-unavailable", "The store cannot be used at the moment; nothing was changed. Ask again, or look at /health and the log.");
    }

    private Task MistakeAsync(HttpContext context, Exception exception)
    {
        LogMistake(log, context.Request.Method, ShownPath.Of(context), exception);
        return Problems.WriteAsync(context, StatusCodes.Status500InternalServerError, "internal", "That was a mistake of the server. It is in the log under the trace id.");
    }

    // "$.scopes[0]" is the field "scopes[0]"; an unknown member is named in the message alone.
    private static string? Field(JsonException json) =>
        UnknownMember().Match(json.Message) is { Success: true } unknown ? unknown.Groups[1].Value
        : json.Path is { Length: > 2 } path ? path[2..] : null;

    // The serializer adds names of our types, which say nothing to a client.
    private static string Shorten(string message) =>
        UnknownMember().Match(message) is { Success: true } unknown ? $"there is no field '{unknown.Groups[1].Value}'."
        : message.IndexOf(" Path: ", StringComparison.Ordinal) is > 0 and var end ? InnerType().Replace(message[..end], "it cannot be read as what it should be") : message;

    // The wording is the framework's: Failed to bind parameter "Nullable<int> limit" from "x".
    [GeneratedRegex("^(?:Failed to bind|Required) parameter \"[^\" ]+ ([^\" ]+)\"")]
    private static partial Regex Parameter();

    // Likewise: for an empty body, and for one that is null.
    [GeneratedRegex("^(?:Implicit body inferred for parameter|Required parameter \"[^\"]+\" was not provided from body)")]
    private static partial Regex NoBody();

    [GeneratedRegex("^The JSON property '([^']{1,200})' could not be mapped")]
    private static partial Regex UnknownMember();

    [GeneratedRegex(@"^The JSON value could not be converted to .*$")]
    private static partial Regex InnerType();

    [LoggerMessage(LogLevel.Error, "The store cannot be used")]
    private static partial void LogStoreGone(ILogger log, Exception exception);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed by a mistake of ours")]
    private static partial void LogMistake(ILogger log, string method, string path, Exception exception);
}
