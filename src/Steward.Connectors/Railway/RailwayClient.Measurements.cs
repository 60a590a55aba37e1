using Steward.Kernel;

namespace Steward.Connectors.Railway;

// What Railway measures: resources, what they add up to, and HTTP traffic.
public sealed partial class RailwayClient
{
    /// <summary>Measurements over time, each service on its own.</summary>
    /// <param name="serviceId">One service; null for all of the environment.</param>
    /// <param name="measurements">What to measure.</param>
    /// <param name="since">From when.</param>
    /// <param name="until">Until when; null for now.</param>
    /// <param name="step">The time between two points, in whole seconds; null for Railway's choice.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RailwayMetric>> MetricsAsync(
        string? serviceId, IReadOnlyList<RailwayMeasurement> measurements, DateTimeOffset since, DateTimeOffset? until, TimeSpan? step, CancellationToken cancellationToken)
    {
        var data = await railway.SendAsync<RailwayWire.MetricsData>(RailwayOperation.Metrics, new
        {
            environmentId = Environment.Id,
            serviceId,
            startDate = UtcTime.ToText(since),
            endDate = until is { } end ? UtcTime.ToText(end) : null,
            measurements,
            sampleRateSeconds = Seconds(step),
        }, cancellationToken);
        return [.. data.Metrics.Select(series => new RailwayMetric(series.Measurement, series.Tags.ServiceId,
            [.. series.Values.Select(point => new RailwayPoint(DateTimeOffset.FromUnixTimeSeconds(point.Ts), point.Value))]))];
    }

    /// <summary>What the project used since then. Needs <c>Railway:ProjectId</c>.</summary>
    public async Task<RailwayUsage> UsageAsync(
        IReadOnlyList<RailwayMeasurement> measurements, DateTimeOffset since, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        railway.Require(RailwayOperation.Usage, project: true);
        var data = await railway.SendAsync<RailwayWire.UsageData>(RailwayOperation.Usage, new
        {
            Environment.ProjectId,
            startDate = UtcTime.ToText(since),
            endDate = until is { } end ? UtcTime.ToText(end) : null,
            measurements,
        }, cancellationToken);
        return new RailwayUsage(
            [.. data.Usage.Select(sum => new RailwayUsageSum(sum.Measurement, sum.Tags.ServiceId, sum.Value))],
            [.. data.EstimatedUsage.Select(sum => new RailwayUsageSum(sum.Measurement, null, sum.EstimatedValue))]);
    }

    /// <summary>
    /// How the service's users fare over time, oldest first; a step without traffic has no point, and neither has a
    /// service that nobody reaches over HTTP.
    /// </summary>
    /// <param name="serviceId">The service.</param>
    /// <param name="since">From when.</param>
    /// <param name="until">Until when.</param>
    /// <param name="step">The time between two points, in whole seconds; null for Railway's choice.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RailwayHttpPoint>> HttpAsync(
        string serviceId, DateTimeOffset since, DateTimeOffset until, TimeSpan? step, CancellationToken cancellationToken)
    {
        var data = await railway.SendAsync<RailwayWire.HttpData>(RailwayOperation.HttpFigures, new
        {
            environmentId = Environment.Id,
            serviceId,
            startDate = UtcTime.ToText(since),
            endDate = UtcTime.ToText(until),
            stepSeconds = Seconds(step),
        }, cancellationToken);
        // A sample's value is the number of requests within its step, and durations are in ms: so Railway's own command line tool 5.43.1 reads them.
        var counts = data.HttpMetricsGroupedByStatus
            .SelectMany(status => status.Samples, (status, sample) => (sample.Ts, sample.Value, IsError: status.StatusCode is >= 500 and < 600))
            .ToLookup(sample => sample.Ts);
        var durations = data.HttpDurationMetrics.Samples.ToLookup(sample => sample.Ts);
        return
        [
            .. counts.Select(group => group.Key).Union(durations.Select(group => group.Key)).Order().Select(ts =>
            {
                var requests = counts[ts].Sum(sample => sample.Value);
                var errors = counts[ts].Sum(sample => sample.IsError ? sample.Value : 0);
                var duration = durations[ts].FirstOrDefault();
                return new RailwayHttpPoint(DateTimeOffset.FromUnixTimeSeconds(ts), requests, requests > 0 ? errors / requests : 0, duration?.P50, duration?.P95);
            }),
        ];
    }

    private static int? Seconds(TimeSpan? step) => step is { } said ? Math.Max(1, (int)said.TotalSeconds) : null;
}
