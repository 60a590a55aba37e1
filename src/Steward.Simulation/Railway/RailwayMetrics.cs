using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>Whose measurement it is; a member is null where it is of several together.</summary>
internal sealed record MetricTags(string? ServiceId, RailwayEnvironment? Environment);

/// <summary>One chart: a measurement over time, of one service or of all together.</summary>
internal sealed record MetricSeries(string Measurement, MetricTags Tags, IReadOnlyList<(DateTimeOffset At, double Value)> Values);

/// <summary>One sum of a measurement: its level times minutes.</summary>
internal sealed record UsageSum(string Measurement, MetricTags Tags, double Value);

/// <summary>Charts of the levels that a test sets.</summary>
internal static class RailwayMetrics
{
    private const int MaxPoints = 1000;
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    public static IEnumerable<MetricSeries> Series(RailwayView view, Arguments arguments) =>
        Groups(view, arguments).Select(group => new MetricSeries(group.Measurement, group.Tags,
            [.. Times(view.Platform.Clock, arguments, "sampleRateSeconds").Select(at => (at, group.Levels.Sum(level => level.At(at))))]));

    public static IEnumerable<UsageSum> Usage(RailwayView view, Arguments arguments)
    {
        var end = arguments.Time("endDate") ?? view.Platform.Clock.GetUtcNow();
        var start = arguments.Time("startDate") ?? end - Month;
        return Groups(view, arguments).Select(group => new UsageSum(group.Measurement, group.Tags, group.Levels.Sum(level => level.Sum(start, end))));
    }

    public static IEnumerable<UsageSum> Estimate(RailwayView view, Arguments arguments)
    {
        var now = view.Platform.Clock.GetUtcNow();
        return Groups(view, arguments).Select(group => new UsageSum(group.Measurement, group.Tags, group.Levels.Sum(level => level.At(now)) * Month.TotalMinutes));
    }

    /// <summary>The moments of a chart's points: from the start by the step, 60 s where none is asked for.</summary>
    public static IEnumerable<DateTimeOffset> Times(TimeProvider clock, Arguments arguments, string stepName)
    {
        var end = arguments.Time("endDate") ?? clock.GetUtcNow();
        var start = arguments.Time("startDate") ?? end;
        var step = Step(arguments, stepName);
        var points = (int)Math.Clamp(((end - start) / step) + 1, 0, MaxPoints);
        return Enumerable.Range(0, points).Select(point => start + (point * step));
    }

    public static TimeSpan Step(Arguments arguments, string stepName) => TimeSpan.FromSeconds(Math.Max(1, arguments.Number(stepName) ?? 60));

    // One group each service where they are told apart, otherwise one for all of them together.
    private static IEnumerable<(string Measurement, MetricTags Tags, IReadOnlyList<Level> Levels)> Groups(RailwayView view, Arguments arguments)
    {
        var only = arguments.Text("serviceId");
        var environments = view.Scope(arguments.Text("projectId"), arguments.Text("environmentId"));
        var services = environments.SelectMany(environment => environment.Services).Where(service => only is null || service.ServiceId == only).ToList();
        var together = new MetricTags(only, environments is [var single] ? single : null);
        return arguments.Texts("measurements").SelectMany(measurement => arguments.Texts("groupBy").Contains("SERVICE_ID")
            ? services.Select(service => (measurement, new MetricTags(service.ServiceId, service.Environment), (IReadOnlyList<Level>)[service.Metric(measurement)]))
            : [(measurement, together, [.. services.Select(service => service.Metric(measurement))])]);
    }
}
