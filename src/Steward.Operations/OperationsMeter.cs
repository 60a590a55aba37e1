using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Steward.Operations;

/// <summary>The loop's instruments and spans. Names after the mission's list of Prometheus metrics.</summary>
internal static class OperationsMeter
{
    public const string Name = "Steward.Operations";

    private static readonly Meter Meter = new(Name);

    public static readonly ActivitySource Spans = new(Name);

    public static readonly Counter<long> Observations = Meter.CreateCounter<long>("ooda.observations", description: "Services that were looked at");
    public static readonly Counter<long> Decisions = Meter.CreateCounter<long>("ooda.decisions", description: "Decisions, by kind");
    private static readonly Counter<long> Actions = Meter.CreateCounter<long>("ooda.actions", description: "Actions that were carried out, by kind");
    public static readonly Histogram<double> Cycle = Meter.CreateHistogram<double>("ooda.cycle.duration", "s", "One turn of the loop over all services");

    public static void Acted(string action) => Actions.Add(1, new KeyValuePair<string, object?>("kind", action));
}
