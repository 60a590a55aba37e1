using System.Text.Json.Nodes;

namespace Steward.Connectors.PagerDuty;

/// <summary>How bad something is, in PagerDuty's words.</summary>
public enum PagerDutySeverity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Something may go wrong.</summary>
    Warning,

    /// <summary>Something went wrong.</summary>
    Error,

    /// <summary>Look at it now.</summary>
    Critical,
}

/// <summary>Something that is wrong. Events of one dedup key are one alert at PagerDuty.</summary>
/// <param name="DedupKey">What it is about; longer ones than PagerDuty takes (255 characters) travel as their hash.</param>
/// <param name="Summary">One line, of which 1024 characters are kept.</param>
/// <param name="Source">What is affected: a service's name.</param>
/// <param name="Severity">How bad it is.</param>
public sealed record PagerDutyEvent(string DedupKey, string Summary, string Source, PagerDutySeverity Severity)
{
    /// <summary>When it happened.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>What kind of trouble it is.</summary>
    public string? Class { get; init; }

    /// <summary>Whatever else helps.</summary>
    public JsonObject Details { get; init; } = [];

    /// <summary>A page with more.</summary>
    public string? Link { get; init; }
}
