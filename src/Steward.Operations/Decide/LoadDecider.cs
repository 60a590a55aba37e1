using System.Globalization;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Operations.Observe;

namespace Steward.Operations.Decide;

/// <summary>
/// Says which services are loaded too much, and which not any more. Both take the whole window: what goes up and down
/// about its limit is neither found nor over. Pure.
/// </summary>
public static class LoadDecider
{
    // Fewer points, or fewer requests, are no window but a moment.
    private const int LeastPoints = 3;
    private const double LeastRequests = 20;

    /// <summary>Judges the load of one service.</summary>
    /// <param name="at">When it was looked at.</param>
    /// <param name="load">What was measured.</param>
    /// <param name="open">The open findings by their fingerprints.</param>
    /// <param name="options">The limits.</param>
    public static IEnumerable<Verdict> Decide(DateTimeOffset at, ServiceLoad load, IReadOnlyDictionary<string, Finding> open, OperationsOptions options)
    {
        double Limit(Func<LoadThresholds, double?> limit) => LoadSource.Limit(options, load.Name, limit) ?? 0;
        Figure[] figures =
        [
            new(FindingKind.HighCpu, "high-cpu", "processor", load.Cpu, Limit(limits => limits.CpuPercent), "%"),
            new(FindingKind.HighMemory, "high-memory", "memory", load.Memory, Limit(limits => limits.MemoryPercent), "%"),
            new(FindingKind.HighErrorRate, "high-error-rate", "share of errors", load.Errors, Limit(limits => limits.ErrorPercent), "%", LeastRequests),
            new(FindingKind.HighLatency, "high-latency", "95th percentile of the answers' durations", load.P95, Limit(limits => limits.P95?.TotalMilliseconds), " ms", LeastRequests: 1),
        ];
        return figures.Select(figure => figure.Limit > 0 ? Judge(at, load, figure, open, options.Load) : Unlimited(load, figure, open)).OfType<Verdict>();
    }

    private static Verdict.Over? Unlimited(ServiceLoad load, Figure figure, IReadOnlyDictionary<string, Finding> open) =>
        open.ContainsKey(figure.Of(load)) ? new Verdict.Over(figure.Of(load), $"No limit is set for the {figure.Name} of {load.Name} any more.") : null;

    private static Verdict? Judge(DateTimeOffset at, ServiceLoad load, Figure figure, IReadOnlyDictionary<string, Finding> open, LoadOptions options)
    {
        var fingerprint = figure.Of(load);
        if (load.Requests <= 0 && figure.LeastRequests > 0)
        {
            return open.ContainsKey(fingerprint) ? new Verdict.Over(fingerprint, $"{load.Name} had no requests in {Spans.Words(options.Window)}: there is nothing to judge any more.") : null;
        }

        // Where few ask, most moments have no point. A few good answers are an end; a few bad ones are none, and no trouble by themselves.
        if (figure.LeastRequests > 0 && load.Requests < LeastRequests)
        {
            if (figure.Points.Count > 0 && figure.Points.All(point => point.Value < figure.Limit))
            {
                return open.ContainsKey(fingerprint) ? Below(load, figure, fingerprint, figure.Points, options) : null;
            }

            if (load.Requests < figure.LeastRequests)
            {
                return null;
            }
        }

        var window = Window(at, figure.Points, options.Window);
        if (window.Count == 0)
        {
            return null;
        }

        if (window.All(point => point.Value < figure.Limit))
        {
            return open.ContainsKey(fingerprint) ? Below(load, figure, fingerprint, window, options) : null;
        }

        return window.All(point => point.Value >= figure.Limit) ? new Verdict.Trouble(Found(load, figure, fingerprint, window, options)) : null;
    }

    private static Verdict.Over Below(ServiceLoad load, Figure figure, string fingerprint, IReadOnlyList<LoadPoint> points, LoadOptions options) =>
        new(fingerprint, $"The {figure.Name} of {load.Name} has been below {Number(figure.Limit)}{figure.Unit} for {Spans.Words(options.Window)}; it is {Number(points[^1].Value)}{figure.Unit} now.");

    // The points of the window, if they cover it from its beginning to its end.
    private static List<LoadPoint> Window(DateTimeOffset at, IReadOnlyList<LoadPoint> points, TimeSpan length)
    {
        var step = LoadSource.Step(length);
        var window = points.Where(point => point.At > at - length - step && point.At <= at + step).ToList();
        return window.Count >= LeastPoints && window[0].At <= at - length + step && window[^1].At >= at - (2 * step) ? window : [];
    }

    private static Diagnosis Found(ServiceLoad load, Figure figure, string fingerprint, List<LoadPoint> window, LoadOptions options)
    {
        var summary = $"The {figure.Name} of {load.Name} has been at {Number(figure.Limit)}{figure.Unit} or above for {Spans.Words(options.Window)}: {Number(window[^1].Value)}{figure.Unit} now, {Number(window.Max(point => point.Value))}{figure.Unit} at most.";
        var since = window[0].At;
        return new Diagnosis(
            string.Create(CultureInfo.InvariantCulture, $"{fingerprint}/{since.ToUnixTimeSeconds()}"), figure.Kind, load.Name, load.Key, $"service/{load.Key}", "medium", summary,
            [
                .. window.Select(point => $"{load.Name}: {figure.Name} {Number(point.Value)}{figure.Unit} at {UtcTime.ToText(point.At)}"),
            ], since,
            [new Decision(DecisionKind.OpenIssue, 9, summary, 1), new Decision(DecisionKind.Alert, 9, summary, 1)])
        {
            Fingerprint = fingerprint,
            CoolDown = options.CoolDown,
        };
    }

    private static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    private sealed record Figure(FindingKind Kind, string Word, string Name, IReadOnlyList<LoadPoint> Points, double Limit, string Unit, double LeastRequests = 0)
    {
        public string Of(ServiceLoad load) => $"{Word}/{load.Key}";
    }
}
