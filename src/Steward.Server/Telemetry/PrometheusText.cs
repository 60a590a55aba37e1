using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Steward.Server.Telemetry;

/// <summary>
/// Writes metrics in the Prometheus text format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/), with names after OpenTelemetry's rules of compatibility.
/// </summary>
internal sealed class PrometheusText : BaseExporter<Metric>
{
    /// <summary>What the last collection gave.</summary>
    public string Latest { get; private set; } = "";

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new StringBuilder(16_384);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var metric in batch)
        {
            var (name, type) = Name(metric);
            // The format allows one block a name; two meters that agree on one are a mistake, the first wins.
            if (!written.Add(name))
            {
                continue;
            }

            if (metric.Description.Length > 0)
            {
                text.Append("# HELP ").Append(name).Append(' ').Append(metric.Description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            }

            text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                Write(text, name, metric.MetricType, point);
            }
        }

        Latest = text.ToString();
        return ExportResult.Success;
    }

    private static (string Name, string Type) Name(Metric metric)
    {
        var name = string.Concat(metric.Name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        var unit = metric.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "1" when metric.MetricType is MetricType.DoubleGauge or MetricType.LongGauge => "_ratio",
            _ => "",
        };
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => (name.EndsWith("_total", StringComparison.Ordinal) ? name : name + "_total", "counter"),
            MetricType.Histogram => (name, "histogram"),
            _ => (name, "gauge"),
        };
    }

    private static void Write(StringBuilder text, string name, MetricType type, in MetricPoint point)
    {
        var labels = Labels(point);
        switch (type)
        {
            case MetricType.Histogram:
                var upTo = 0L;
                foreach (var bucket in point.GetHistogramBuckets())
                {
                    upTo += bucket.BucketCount;
                    var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound);
                    Line(text, $"{name}_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", upTo.ToString(CultureInfo.InvariantCulture));
                }

                Line(text, $"{name}_sum", labels, Number(point.GetHistogramSum()));
                Line(text, $"{name}_count", labels, point.GetHistogramCount().ToString(CultureInfo.InvariantCulture));
                break;
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                Line(text, name, labels, point.GetSumLong().ToString(CultureInfo.InvariantCulture));
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                Line(text, name, labels, Number(point.GetSumDouble()));
                break;
            case MetricType.LongGauge:
                Line(text, name, labels, point.GetGaugeLastValueLong().ToString(CultureInfo.InvariantCulture));
                break;
            case MetricType.DoubleGauge:
                Line(text, name, labels, Number(point.GetGaugeLastValueDouble()));
                break;
            default:
                break;
        }
    }

    private static void Line(StringBuilder text, string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value).Append('\n');
    }

    private static string Labels(in MetricPoint point)
    {
        var labels = new StringBuilder();
        foreach (var (key, value) in point.Tags)
        {
            labels.Append(labels.Length > 0 ? "," : "")
                .Append(string.Concat(key.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_')))
                .Append("=\"")
                .Append((Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        return labels.ToString();
    }

    private static string Number(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
