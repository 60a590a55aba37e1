using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Steward.Platform.Work;

/// <summary>The ledger's instruments and spans.</summary>
internal static class WorkMeter
{
    public const string Name = "Steward.Work";

    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Spans = new(Name);
    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>("steward.work.attempts", description: "Attempts that ended, by kind and outcome");
    private static readonly Histogram<double> Lateness = Meter.CreateHistogram<double>("steward.work.lateness", "s", "Time from when an item was due to when an attempt began");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("steward.work.duration", "s", "Time that an attempt took");

    public static Activity? Begin(WorkItem item)
    {
        // Only the first claim tells of lateness: later ones follow pauses and waits that were meant.
        if (item is { Fence: 1, StartedAt: { } started })
        {
            Lateness.Record((started - item.DueAt).TotalSeconds, new KeyValuePair<string, object?>("kind", item.Kind));
        }

        var span = ActivityContext.TryParse(item.TraceParent, null, isRemote: true, out var cause)
            ? Spans.StartActivity($"work {item.Kind}", ActivityKind.Consumer, cause)
            : Spans.StartActivity($"work {item.Kind}", ActivityKind.Consumer);
        return span?.SetTag("steward.work.id", item.Id).SetTag("steward.correlation_id", item.CorrelationId).SetTag("steward.work.attempt", item.Attempt);
    }

    public static void End(WorkItem item, WorkResult? result, TimeSpan took)
    {
        var outcome = result switch
        {
            WorkResult.Succeeded => "succeeded",
            WorkResult.Failed => "failed",
            WorkResult.Dead => "dead",
            WorkResult.Cancelled => "cancelled",
            WorkResult.Waiting => "waiting",
            _ => "error",
        };
        Attempts.Add(1, new KeyValuePair<string, object?>("kind", item.Kind), new KeyValuePair<string, object?>("outcome", outcome));
        Duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("kind", item.Kind));
    }
}
