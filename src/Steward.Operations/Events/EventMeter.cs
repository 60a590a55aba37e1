using System.Diagnostics.Metrics;

namespace Steward.Operations.Events;

/// <summary>The inbox's instruments, among those of this room.</summary>
internal static class EventMeter
{
    private static readonly Meter Meter = new(OperationsMeter.Name);

    public static readonly Counter<long> Taken = Meter.CreateCounter<long>("steward.events.taken", description: "Deliveries that were answered 202, by source and whether they were known before");
    public static readonly Counter<long> Refused = Meter.CreateCounter<long>("steward.events.refused", description: "Deliveries that were refused, by source and reason");
    public static readonly Counter<long> Looks = Meter.CreateCounter<long>("steward.events.looks", description: "Times that events made the loop look");
}
