using Steward.Alerts.Deliveries;

namespace Steward.Alerts;

/// <summary>What became of an alert.</summary>
public enum AlertState
{
    /// <summary>It is on its way.</summary>
    Pending,

    /// <summary>At least one channel took it.</summary>
    Delivered,

    /// <summary>It was kept back on purpose: a cool-down, a maintenance window, or nothing had been told that it ends.</summary>
    Suppressed,

    /// <summary>No channel took it, or none is set up.</summary>
    Undelivered,
}

/// <summary>An alert as the store has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Alert">What it says, redacted.</param>
/// <param name="State">What became of it.</param>
/// <param name="Because">Why it was kept back, or why nobody got it.</param>
/// <param name="ToldAt">When Steward was told to send it.</param>
public sealed record ToldAlert(Guid Id, Alert Alert, AlertState State, string? Because, DateTimeOffset ToldAt)
{
    /// <summary>How it fared on each channel; empty in lists.</summary>
    public IReadOnlyList<Delivery> Deliveries { get; init; } = [];
}
