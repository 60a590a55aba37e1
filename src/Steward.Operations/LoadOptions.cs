using System.ComponentModel.DataAnnotations;

namespace Steward.Operations;

/// <summary>When a service counts as loaded too much. The figures are the mission's.</summary>
public sealed class LoadOptions : LoadThresholds
{
    /// <summary>The limits where nothing is said about a service.</summary>
    public LoadOptions() => (CpuPercent, MemoryPercent, ErrorPercent, P95) = (80, 85, 5, TimeSpan.FromSeconds(2));

    /// <summary>How long a figure has to stay at its limit or above to be found, and below it to be over, 10 s to 1 h.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after its end the same is not found again, 0 s to 1 day.</summary>
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often the figures are asked for, 1 s to 10 min. The metrics of an environment are one question, the HTTP figures one for each service.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    internal override IEnumerable<ValidationResult> Faults(string key)
    {
        foreach (var fault in base.Faults(key))
        {
            yield return fault;
        }

        foreach (var (name, value, least, most) in new[]
        {
            (nameof(Window), Window, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)),
            (nameof(CoolDown), CoolDown, TimeSpan.Zero, TimeSpan.FromDays(1)),
            (nameof(Interval), Interval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
        })
        {
            if (value < least || value > most)
            {
                yield return new($"must be {least:c} to {most:c}.", [$"{key}:{name}"]);
            }
        }
    }
}

/// <summary>Limits of load; null: as generally, 0: not watched.</summary>
public class LoadThresholds
{
    /// <summary>Processor in use, in percent of what may be used, 0 to 100.</summary>
    public double? CpuPercent { get; set; }

    /// <summary>Memory in use, in percent of what may be used, 0 to 100.</summary>
    public double? MemoryPercent { get; set; }

    /// <summary>The share of requests that are answered with 500 to 599, in percent, 0 to 100.</summary>
    public double? ErrorPercent { get; set; }

    /// <summary>How long 95 of 100 answers take at the most, 0 s to 10 min.</summary>
    public TimeSpan? P95 { get; set; }

    internal virtual IEnumerable<ValidationResult> Faults(string key)
    {
        foreach (var (name, value) in new[] { (nameof(CpuPercent), CpuPercent), (nameof(MemoryPercent), MemoryPercent), (nameof(ErrorPercent), ErrorPercent) })
        {
            if (value is not (null or (>= 0 and <= 100)))
            {
                yield return new("must be 0 to 100.", [$"{key}:{name}"]);
            }
        }

        if (P95 is { } p95 && (p95 < TimeSpan.Zero || p95 > TimeSpan.FromMinutes(10)))
        {
            yield return new("must be 00:00:00 to 00:10:00.", [$"{key}:{nameof(P95)}"]);
        }
    }
}

/// <summary>When a workflow of n8n counts as failing.</summary>
public sealed class WorkflowOptions
{
    /// <summary>How many executions in a row have to fail, 1 to 100.</summary>
    public int FailuresInARow { get; set; } = 3;

    /// <summary>Or: the time within which all of them failed, 0 s (not at all) to 1 day.</summary>
    public TimeSpan AllWithin { get; set; } = TimeSpan.FromHours(1);

    internal IEnumerable<ValidationResult> Faults(string key)
    {
        if (FailuresInARow is < 1 or > 100)
        {
            yield return new("must be 1 to 100.", [$"{key}:{nameof(FailuresInARow)}"]);
        }

        if (AllWithin < TimeSpan.Zero || AllWithin > TimeSpan.FromDays(1))
        {
            yield return new("must be 00:00:00 to 1.00:00:00.", [$"{key}:{nameof(AllWithin)}"]);
        }
    }
}
