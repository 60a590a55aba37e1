namespace Steward.Alerts.Channels;

/// <summary>Which channels get an alert at once, and which are tried when one of them fails. Pure.</summary>
/// <param name="AtOnce">All of these.</param>
/// <param name="Fallback">One after the other.</param>
internal sealed record Route(IReadOnlyList<string> AtOnce, IReadOnlyList<string> Fallback)
{
    /// <summary>The word that means an empty list.</summary>
    public const string Nobody = "none";

    /// <summary>The route of a severity.</summary>
    /// <param name="options">What the settings say.</param>
    /// <param name="severity">How urgent it is.</param>
    /// <param name="configured">The channels that are set up.</param>
    public static Route Of(AlertsOptions options, AlertSeverity severity, IReadOnlyCollection<string> configured)
    {
        var own = options.Of(severity);
        // PagerDuty wakes people: only for what is critical, unless somebody names it.
        var usual = ChannelNames.All.Where(name => configured.Contains(name) && (name != ChannelNames.PagerDuty || severity == AlertSeverity.Critical)).ToList();
        var atOnce = Listed(own.Channels) ?? usual;
        return new Route(atOnce, [.. (Listed(own.Fallback) ?? usual).Except(atOnce)]);
    }

    /// <summary>The names in a list of the settings.</summary>
    public static IReadOnlyList<string> Read(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => name.ToLowerInvariant()).Distinct()];

    private static IReadOnlyList<string>? Listed(string list) => Read(list) switch
    {
        [] => null,
        var names => [.. names.Where(name => name != Nobody)],
    };
}
