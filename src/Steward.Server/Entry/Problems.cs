using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Server.Entry;

/// <summary>How every refusal looks: problem details (RFC 9457) with code and trace id, whatever the client says that it accepts.</summary>
internal sealed class Problems : IProblemDetailsWriter
{
    private const string ContentType = "application/problem+json";

    /// <summary>Answers with a problem.</summary>
    public static Task WriteAsync(HttpContext context, int status, string code, string detail, string? field = null, (string Name, string? Value)? extra = null)
    {
        context.Response.StatusCode = status;
        var problem = Answers.Problem(status, code, detail, field);
        if (extra is { Value: not null } more)
        {
            problem.Extensions[more.Name] = more.Value;
        }

        return WriteAsync(context, problem);
    }

    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        if (!problem.Extensions.ContainsKey("code"))
        {
            // From the framework: an unknown route, a wrong method or content type.
            var status = problem.Status ?? context.HttpContext.Response.StatusCode;
            problem = Answers.Problem(status, Code(status), Detail(status, context.HttpContext.Request));
        }

        return new(WriteAsync(context.HttpContext, problem));
    }

    /// <summary>What to look for in the log.</summary>
    public static string TraceId(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;

    private static Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        problem.Extensions["traceId"] = TraceId(context);
        return context.Response.WriteAsJsonAsync(problem, Json.Options, ContentType, context.RequestAborted);
    }

    private static string Code(int status) => status switch
    {
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status405MethodNotAllowed => "method-not-allowed",
        StatusCodes.Status413PayloadTooLarge => "body-too-large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported-media-type",
        >= 500 => "internal",
        _ => "invalid",
    };

    private static string Detail(int status, HttpRequest request) => status switch
    {
        StatusCodes.Status404NotFound => $"There is nothing at {request.Path}. What there is, is in /api/openapi.json.",
        StatusCodes.Status405MethodNotAllowed => $"{request.Path} does not take {request.Method}.",
        StatusCodes.Status413PayloadTooLarge => "The body is larger than 1 MB.",
        StatusCodes.Status415UnsupportedMediaType => "The body must be JSON, with 'Content-Type: application/json'.",
        _ => Answers.Title(status),
    };
}
