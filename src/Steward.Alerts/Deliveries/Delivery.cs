namespace Steward.Alerts.Deliveries;

/// <summary>How far a delivery has come.</summary>
public enum DeliveryState
{
    /// <summary>It is on its way, or waits for its next try.</summary>
    Pending,

    /// <summary>The channel took it.</summary>
    Delivered,

    /// <summary>The channel did not take it: refused, or tried too often. Somebody else was told where there is somebody.</summary>
    Failed,

    /// <summary>It left, no answer came, nobody can know whether it arrived, and it was not repeated there.</summary>
    Unknown,
}

/// <summary>One alert on one channel.</summary>
/// <param name="Channel">The channel: <c>telegram</c>, <c>n8n</c>, <c>pagerduty</c> or <c>mail</c>.</param>
/// <param name="State">How far it has come.</param>
/// <param name="InsteadOf">The channel that had failed, when this one was tried in its place.</param>
/// <param name="Attempts">How many times it failed.</param>
/// <param name="Receipt">What the channel said when it took it: a message's id, a dedup key, the mail server's answer.</param>
/// <param name="Error">What went wrong last.</param>
/// <param name="CreatedAt">When it was decided to use this channel.</param>
/// <param name="EndedAt">When it ended.</param>
public sealed record Delivery(
    string Channel, DeliveryState State, string? InsteadOf, int Attempts, string? Receipt, string? Error, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt);
