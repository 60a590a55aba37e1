using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Steward.Connectors.Railway;
using Steward.Kernel;
using Steward.Operations.Watched;

namespace Steward.Operations.Observe;

/// <summary>Asks one environment on Railway how loaded its services are.</summary>
internal sealed class LoadSource(RailwayEnvironments environments, IOptions<OperationsOptions> options, TimeProvider clock)
{
    // Each service's HTTP figures are a question of their own, and Railway bounds how many may be asked in an hour. The
    // others have their turn the next times.
    private const int HttpAtATime = 5;
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(1);

    private static readonly RailwayMeasurement[] Measurements =
        [RailwayMeasurement.CpuUsage, RailwayMeasurement.CpuLimit, RailwayMeasurement.MemoryUsageGb, RailwayMeasurement.MemoryLimitGb];

    private readonly ConcurrentDictionary<string, int> turns = new(StringComparer.Ordinal);

    /// <summary>The time between two points of a chart: short enough that a window has several.</summary>
    public static TimeSpan Step(TimeSpan window) => window / 5 < LongestStep ? TimeSpan.FromSeconds(Math.Max(1, Math.Floor(window.TotalSeconds / 5))) : LongestStep;

    /// <summary>The load of the services.</summary>
    /// <param name="railway">The environment.</param>
    /// <param name="services">Its services.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<IReadOnlyList<ServiceLoad>> LoadAsync(RailwayClient railway, IReadOnlyList<WatchedService> services, CancellationToken cancellationToken)
    {
        var (now, step) = (clock.Now(), Step(options.Value.Load.Window));
        var since = now - options.Value.Load.Window - step;
        var asked = services.Where(service => Of(service.Name, limits => limits.CpuPercent) > 0 || Of(service.Name, limits => limits.MemoryPercent) > 0).ToList();
        var metrics = asked.Count == 0 ? [] : await railway.MetricsAsync(null, Measurements, since, null, step, cancellationToken);
        var byService = metrics.Where(metric => metric.ServiceId is not null).ToLookup(metric => railway.Environment.KeyOf(metric.ServiceId!), StringComparer.Ordinal);
        var http = await HttpAsync(railway, services, since, now, step, cancellationToken);
        return
        [
            .. services.Select(service =>
            {
                var answered = http.GetValueOrDefault(service.Id);
                var points = answered ?? [];
                return new ServiceLoad(service.Id, service.Name,
                    Percent(byService[service.Id], RailwayMeasurement.CpuUsage, RailwayMeasurement.CpuLimit),
                    Percent(byService[service.Id], RailwayMeasurement.MemoryUsageGb, RailwayMeasurement.MemoryLimitGb),
                    [.. points.Where(point => point.Requests > 0).Select(point => new LoadPoint(point.At, point.ErrorShare * 100))],
                    [.. points.Where(point => point.P95 is not null).Select(point => new LoadPoint(point.At, point.P95!.Value))],
                    answered?.Sum(point => point.Requests));
            }),
        ];
    }

    /// <summary>A limit of a service: its own, else the general one.</summary>
    public static T? Limit<T>(OperationsOptions options, string service, Func<LoadThresholds, T?> limit)
        where T : struct => options.Of(service) is { Load: var own } && limit(own) is { } said ? said : limit(options.Load);

    private double Of(string service, Func<LoadThresholds, double?> limit) => Limit(options.Value, service, limit) ?? 0;

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<RailwayHttpPoint>>> HttpAsync(
        RailwayClient railway, IReadOnlyList<WatchedService> services, DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken)
    {
        var asked = services.Where(service => Of(service.Name, limits => limits.ErrorPercent) > 0 || Limit(options.Value, service.Name, limits => limits.P95) > TimeSpan.Zero)
            .OrderBy(service => service.Id, StringComparer.Ordinal).ToList();
        var answers = new ConcurrentDictionary<string, IReadOnlyList<RailwayHttpPoint>>(StringComparer.Ordinal);
        if (asked.Count == 0)
        {
            return answers;
        }

        var first = turns.AddOrUpdate(railway.Environment.Name, 0, (_, last) => last + HttpAtATime) % asked.Count;
        var turn = asked.Concat(asked).Skip(first).Take(Math.Min(HttpAtATime, asked.Count));
        foreach (var pair in turn.Chunk(2))
        {
            await Task.WhenAll(pair.Select(async service =>
                answers[service.Id] = await railway.HttpAsync(environments.Locate(service.Id).ServiceId, since, until, step, cancellationToken)));
        }

        return answers;
    }

    // The charts have the same moments; a moment without its limit is none.
    private static List<LoadPoint> Percent(IEnumerable<RailwayMetric> metrics, RailwayMeasurement usage, RailwayMeasurement limit)
    {
        var all = metrics.ToLookup(metric => metric.Measurement, metric => metric.Points);
        var limits = all[limit].SelectMany(points => points).GroupBy(point => point.At).ToDictionary(point => point.Key, point => point.Last().Value);
        return
        [
            .. all[usage].SelectMany(points => points).Where(point => limits.GetValueOrDefault(point.At) > 0)
                .OrderBy(point => point.At).Select(point => new LoadPoint(point.At, point.Value / limits[point.At] * 100)),
        ];
    }
}
