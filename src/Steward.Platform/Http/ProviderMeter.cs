using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Steward.Platform.Http;

/// <summary>The instruments and spans of calls to providers.</summary>
internal static class ProviderMeter
{
    public const string Name = "Steward.Providers";

    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Spans = new(Name);
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("steward.provider.requests", description: "Attempts that ended, by vendor, operation and outcome");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("steward.provider.duration", "s", "Time that an attempt took");
    private static readonly Gauge<int> Breaker = Meter.CreateGauge<int>("steward.provider.breaker", description: "0 closed, 1 open, 2 half-open");

    public static Activity? Begin(string vendor, string operation) => Spans.StartActivity($"{vendor} {operation}", ActivityKind.Client);

    public static void End(string vendor, string operation, Exception? error, TimeSpan took)
    {
        var outcome = error switch
        {
            null => "ok",
            ConnectorException { Status: System.Net.HttpStatusCode.TooManyRequests } or ConnectorException { RetryAfter: not null } => "throttled",
            ConnectorException { IsTransient: true } => "failed",
            ConnectorException => "refused",
            OperationCanceledException => "cancelled",
            _ => "error",
        };
        var tags = new TagList { { "vendor", vendor }, { "operation", operation }, { "outcome", outcome } };
        Requests.Add(1, tags);
        Duration.Record(took.TotalSeconds, tags);
    }

    public static void Show(string vendor, BreakerState state) => Breaker.Record((int)state, new KeyValuePair<string, object?>("vendor", vendor));
}
