using Steward.Platform.Storage;

namespace Steward.Alerts.Deliveries;

/// <summary>The SQL of deliveries.</summary>
internal static class DeliveryStore
{
    public static Task AddAsync(Session session, Guid alert, Delivery delivery, Guid? work) => session.ExecuteAsync(
        """
        INSERT INTO alert_delivery (alert_id, channel, state, instead_of, attempts, receipt, error, work_id, created_at, ended_at)
        VALUES (@alert, @channel, @state, @insteadOf, @attempts, @receipt, @error, @work, @created, @ended)
        """,
        ("alert", alert), ("channel", delivery.Channel), ("state", delivery.State), ("insteadOf", delivery.InsteadOf), ("attempts", delivery.Attempts),
        ("receipt", delivery.Receipt), ("error", delivery.Error), ("work", work), ("created", delivery.CreatedAt), ("ended", delivery.EndedAt));

    public static Task<IReadOnlyList<Delivery>> OfAsync(Session session, Guid alert) =>
        session.QueryAsync("SELECT * FROM alert_delivery WHERE alert_id = @alert ORDER BY created_at, channel", Read, ("alert", alert));

    /// <summary>Counts a failed attempt.</summary>
    public static Task FailAttemptAsync(Session session, Guid alert, string channel, int attempts, string error) => session.ExecuteAsync(
        "UPDATE alert_delivery SET attempts = @attempts, error = @error WHERE alert_id = @alert AND channel = @channel",
        ("attempts", attempts), ("error", error), ("alert", alert), ("channel", channel));

    /// <summary>Ends a delivery. One that was delivered stays so.</summary>
    public static Task EndAsync(Session session, Guid alert, string channel, DeliveryState state, string? receipt, string? error, DateTimeOffset now) => session.ExecuteAsync(
        """
        UPDATE alert_delivery SET state = @state, receipt = @receipt, error = @error, ended_at = @now
        WHERE alert_id = @alert AND channel = @channel AND state <> 'delivered'
        """,
        ("state", state), ("receipt", receipt), ("error", error), ("now", now), ("alert", alert), ("channel", channel));

    /// <summary>
    /// True while an earlier alert of the fingerprint is under way on the channel and one of the two ends what the fingerprint is
    /// about: an end must not overtake what it ends, nor new trouble the end of the old.
    /// </summary>
    public static async Task<bool> MustWaitAsync(Session session, ToldAlert told, string channel) => await session.NumberAsync(
        """
        SELECT COUNT(*) FROM alert_delivery delivery JOIN alert ON alert.id = delivery.alert_id
        WHERE delivery.state = 'pending' AND delivery.channel = @channel AND alert.fingerprint = @fingerprint
          AND (alert.told_at < @told OR (alert.told_at = @told AND alert.id < @id)) AND (alert.is_resolved = 1 OR @resolved = 1)
        """,
        ("channel", channel), ("fingerprint", told.Alert.Fingerprint), ("told", told.ToldAt), ("id", told.Id), ("resolved", told.Alert.IsResolved ? 1 : 0)) > 0;

    /// <summary>The work items of what is under way on the channel about the same.</summary>
    public static Task<IReadOnlyList<Guid>> WaitingAsync(Session session, string fingerprint, string channel) => session.QueryAsync(
        """
        SELECT delivery.work_id FROM alert_delivery delivery JOIN alert ON alert.id = delivery.alert_id
        WHERE delivery.state = 'pending' AND delivery.channel = @channel AND alert.fingerprint = @fingerprint AND delivery.work_id IS NOT NULL
        """,
        row => row.Uuid("work_id"), ("channel", channel), ("fingerprint", fingerprint));

    private static Delivery Read(Row row) => new(row.Text("channel"), row.Enum<DeliveryState>("state"), row.TextOrNull("instead_of"), row.Int("attempts"),
        row.TextOrNull("receipt"), row.TextOrNull("error"), row.Time("created_at"), row.TimeOrNull("ended_at"));
}
