using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>Whose measurement it is; no service's id when it is of all together.</summary>
internal sealed record MetricTags(string? ServiceId);

/// <summary>One chart: a measurement over time, of one service or of all together.</summary>
internal sealed record MetricSeries(string Measurement, string? ServiceId, IReadOnlyList<(DateTimeOffset At, double Value)> Values);

/// <summary>One sum of a measurement: its level times minutes.</summary>
internal sealed record UsageSum(string Measurement, string? ServiceId, double Value);

/// <summary>Charts as flat as the levels that a test sets.</summary>
internal static class RailwayMetrics
{
    private const int MaxPoints = 1000;
    private const double MinutesPerMonth = 30 * 24 * 60;

    public static IEnumerable<MetricSeries> Series(RailwayProject project, Arguments arguments)
    {
        var end = arguments.Time("endDate") ?? project.Clock.GetUtcNow();
        var start = arguments.Time("startDate") ?? end;
        var step = TimeSpan.FromSeconds(Math.Max(1, arguments.Number("sampleRateSeconds") ?? 60));
        var points = (int)Math.Clamp(((end - start) / step) + 1, 0, MaxPoints);
        foreach (var sum in Levels(project, arguments))
        {
            yield return new MetricSeries(
                sum.Measurement, sum.ServiceId, [.. Enumerable.Range(0, points).Select(point => (start + (point * step), sum.Value))]);
        }
    }

    public static IEnumerable<UsageSum> Usage(RailwayProject project, Arguments arguments)
    {
        var end = arguments.Time("endDate") ?? project.Clock.GetUtcNow();
        var minutes = arguments.Time("startDate") is { } start ? Math.Max(0, (end - start).TotalMinutes) : MinutesPerMonth;
        return Levels(project, arguments).Select(sum => sum with { Value = sum.Value * minutes });
    }

    public static IEnumerable<UsageSum> Estimate(RailwayProject project, Arguments arguments) =>
        Levels(project, arguments).Select(sum => sum with { Value = sum.Value * MinutesPerMonth });

    // One level each service where they are told apart, otherwise one for all of them together.
    private static IEnumerable<UsageSum> Levels(RailwayProject project, Arguments arguments)
    {
        var only = arguments.Text("serviceId");
        var services = project.Services.Where(service => only is null || service.ServiceId == only).ToList();
        return arguments.Texts("measurements").SelectMany(measurement => arguments.Texts("groupBy").Contains("SERVICE_ID")
            ? services.Select(service => new UsageSum(measurement, service.ServiceId, service.Metrics.GetValueOrDefault(measurement)))
            : [new UsageSum(measurement, only, services.Sum(service => service.Metrics.GetValueOrDefault(measurement)))]);
    }
}
