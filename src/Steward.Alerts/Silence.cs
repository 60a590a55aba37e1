using Steward.Alerts.Maintenance;

namespace Steward.Alerts;

/// <summary>Decides whether an alert is kept back. Pure.</summary>
internal static class Silence
{
    /// <summary>Why an alert is kept back; null when it is sent.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="earlier">What was told of its fingerprint since the last end.</param>
    /// <param name="windows">The maintenance windows that are open.</param>
    /// <param name="coolDown">How long the same news is not sent again.</param>
    /// <param name="now">The time.</param>
    public static string? Because(Alert alert, IReadOnlyCollection<EarlierAlert> earlier, IEnumerable<MaintenanceWindow> windows, TimeSpan coolDown, DateTimeOffset now)
    {
        if (alert.IsResolved)
        {
            // Whoever heard of the trouble hears of its end, also during maintenance; nobody else needs to.
            return earlier.Count == 0 ? "Nothing of it was told before, so nobody waits for its end." : null;
        }

        if (windows.FirstOrDefault(window => window.Covers(alert)) is { } open)
        {
            return $"Maintenance until {open.EndsAt:u}, set by {open.SetBy}: {open.Reason}";
        }

        // The same news again, and no more urgent than before.
        var same = alert.IsAlwaysNews ? null : earlier.Where(one => one.Status == alert.Status && one.Severity >= alert.Severity && one.At + coolDown > now).MaxBy(one => one.At);
        return same is null ? null : $"The same was told at {same.At:u}; until {same.At + coolDown:u} it is not told again.";
    }
}
