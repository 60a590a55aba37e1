using System.Diagnostics;
using System.Text.RegularExpressions;
using Steward.Kernel;

namespace Steward.Server.Telemetry;

/// <summary>Gives every request a correlation id, the client's where it sent a sound one, and writes a line about it when it is done.</summary>
internal sealed partial class RequestTrail(RequestDelegate next, TimeProvider clock, ILogger<RequestTrail> log)
{
    private const string Header = "X-Correlation-Id";

    public async Task InvokeAsync(HttpContext context)
    {
        var sent = context.Request.Headers[Header].ToString();
        var id = Sound().IsMatch(sent) ? sent : Ids.New(clock).ToString("N");
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;
        Activity.Current?.SetTag("steward.correlation_id", id);
        using var scope = log.BeginScope(new Dictionary<string, object> { ["correlation_id"] = id });
        var begun = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var path = ShownPath.Of(context);
            Activity.Current?.SetTag("url.path", path);
            if (!context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
            {
                LogAnswered(log, context.Request.Method, path, context.Response.StatusCode, clock.GetElapsedTime(begun).TotalMilliseconds, context.User.Identity?.Name);
            }
        }
    }

    // It ends up in logs, headers and other systems.
    [GeneratedRegex(@"^[A-Za-z0-9._:/@+-]{1,128}\z")]
    private static partial Regex Sound();

    // The query is left out: it may hold what its sender should not have put there.
    [LoggerMessage(LogLevel.Information, "{Method} {Path} answered {Status} in {ElapsedMs:0.0} ms for {Actor}")]
    private static partial void LogAnswered(ILogger log, string method, string path, int status, double elapsedMs, string? actor);
}
