using Steward.Kernel;
using Steward.Platform.Telemetry;
using Steward.Server.Startup;

namespace Steward.Server.Telemetry;

/// <summary>Logs, traces and metrics: what goes out about what happens inside.</summary>
internal static class TelemetryModule
{
    public static void AddStewardTelemetry(this WebApplicationBuilder builder, Stream? output)
    {
        var level = builder.Configuration.GetSection("Server").Get<ServerOptions>()?.LogLevel ?? LogLevel.Information;
        builder.Logging.SetMinimumLevel(level);
        foreach (var framework in new[] { "Microsoft", "System", "Polly" })
        {
            builder.Logging.AddFilter(framework, level > LogLevel.Warning ? level : LogLevel.Warning);
        }

        builder.Services.AddSingleton<ILoggerProvider>(provider => new JsonLog(
            output ?? Console.OpenStandardOutput(), provider.GetRequiredService<Redactor>(), provider.GetService<TimeProvider>() ?? TimeProvider.System));
        builder.Services.AddSingleton<Instruments>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Instruments>());
    }

    public static void MapMetrics(this WebApplication app) =>
        app.MapGet("/metrics", async (Instruments instruments) => TypedResults.Text(await instruments.ScrapeAsync(), "text/plain; version=0.0.4; charset=utf-8"))
            .RequireAuthorization(Scopes.Read).WithTags("Server").WithName("Metrics").WithSummary("Metrics in the Prometheus text format");
}
