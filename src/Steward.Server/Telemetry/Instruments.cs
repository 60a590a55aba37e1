using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Steward.Server.Startup;

namespace Steward.Server.Telemetry;

/// <summary>
/// OpenTelemetry's collection of traces and metrics. Metrics can always be scraped; both are sent over OTLP where
/// OTEL_EXPORTER_OTLP_ENDPOINT is set. Its variables are those of the OpenTelemetry specification.
/// </summary>
internal sealed class Instruments : IHostedService, IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Seconds, from a quick store to the mission's ten-minute deployments.
    private static readonly double[] Seconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

    private readonly PrometheusText text = new();
    private readonly Lock scraping = new();
    private MeterProvider? metrics;
    private TracerProvider? traces;

    /// <summary>All metrics in the Prometheus text format.</summary>
    public string Scrape()
    {
        lock (scraping)
        {
            metrics?.ForceFlush(5_000);
            return text.Latest;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("steward", serviceVersion: StewardHost.Version);
        var sends = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Endpoint));
        var meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter("Steward.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime")
            .AddView(instrument => instrument is { Unit: "s" } && instrument.GetType().GetGenericTypeDefinition() == typeof(Histogram<>)
                ? new ExplicitBucketHistogramConfiguration { Boundaries = Seconds }
                : null)
            .AddReader(new BaseExportingMetricReader(text));
        metrics = (sends ? meters.AddOtlpExporter() : meters).Build();
        if (sends)
        {
            traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
                .AddSource("Steward.*", "Microsoft.AspNetCore", "System.Net.Http").AddOtlpExporter().Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
        text.Dispose();
    }
}
