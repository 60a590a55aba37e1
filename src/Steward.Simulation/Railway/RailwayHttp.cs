using Steward.Simulation.Railway.GraphQl;

namespace Steward.Simulation.Railway;

/// <summary>How a service's users fare, over time. Read and changed under the platform's lock.</summary>
internal sealed class HttpTraffic
{
    public Level RequestsPerMinute { get; } = new(60);

    /// <summary>0 to 1.</summary>
    public Level ErrorShare { get; } = new(0);

    /// <summary>In ms.</summary>
    public Level P95 { get; } = new(80);
}

/// <summary>How many requests were answered with a status, over time.</summary>
internal sealed record StatusSeries(int StatusCode, IReadOnlyList<(DateTimeOffset At, double Value)> Samples);

/// <summary>How long answers took at one moment: the 95th percentile in ms, from which the others are made up.</summary>
internal sealed record DurationSample(DateTimeOffset At, double P95);

/// <summary>How long answers took, over time.</summary>
internal sealed record DurationSeries(IReadOnlyList<DurationSample> Samples);

/// <summary>The figures of a service's HTTP traffic: counts within each step by status, and durations in ms. A moment without requests has no sample.</summary>
internal static class RailwayHttp
{
    private const string StepName = "stepSeconds";

    public static IEnumerable<StatusSeries> ByStatus(RailwayView view, Arguments arguments)
    {
        var http = Service(view, arguments).Http;
        var minutes = RailwayMetrics.Step(arguments, StepName).TotalMinutes;
        return new (int Status, Func<DateTimeOffset, double> Share)[] { (200, at => 1 - http.ErrorShare.At(at)), (500, http.ErrorShare.At) }
            .Select(one => new StatusSeries(one.Status,
                [.. RailwayMetrics.Times(view.Platform.Clock, arguments, StepName)
                    .Select(at => (At: at, Value: http.RequestsPerMinute.At(at) * minutes * one.Share(at)))
                    .Where(sample => sample.Value > 0)]))
            .Where(series => series.Samples.Count > 0);
    }

    public static DurationSeries Durations(RailwayView view, Arguments arguments)
    {
        var http = Service(view, arguments).Http;
        return new DurationSeries([.. RailwayMetrics.Times(view.Platform.Clock, arguments, StepName)
            .Where(at => http.RequestsPerMinute.At(at) > 0)
            .Select(at => new DurationSample(at, http.P95.At(at)))]);
    }

    private static ServiceInstance Service(RailwayView view, Arguments arguments) =>
        view.Environment(null, arguments.Required("environmentId")).ById(arguments.Required("serviceId"))
        ?? throw new GraphQlException("ServiceInstance not found");
}
