namespace Steward.Alerts.Maintenance;

/// <summary>What a maintenance window keeps back.</summary>
public enum KeepsBack
{
    /// <summary>Everything that is less than critical.</summary>
    BelowCritical,

    /// <summary>Everything.</summary>
    All,
}

/// <summary>A time in which somebody works on something and does not want to hear of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Service">The service that it is about; null for all alerts.</param>
/// <param name="KeepsBack">What it keeps back.</param>
/// <param name="BeginsAt">From when.</param>
/// <param name="EndsAt">Until when.</param>
/// <param name="Reason">Why.</param>
/// <param name="SetBy">Who set it.</param>
/// <param name="SetAt">When.</param>
/// <param name="EndedBy">Who ended it before its time.</param>
/// <param name="EndedAt">When.</param>
public sealed record MaintenanceWindow(
    Guid Id, string? Service, KeepsBack KeepsBack, DateTimeOffset BeginsAt, DateTimeOffset EndsAt, string Reason, string SetBy, DateTimeOffset SetAt,
    string? EndedBy = null, DateTimeOffset? EndedAt = null)
{
    /// <summary>True when it keeps the alert back, while it is open.</summary>
    internal bool Covers(Alert alert) =>
        (KeepsBack == KeepsBack.All || alert.Severity < AlertSeverity.Critical) &&
        (Service is null || string.Equals(Service, alert.Service, StringComparison.OrdinalIgnoreCase));
}
