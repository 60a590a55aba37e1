using Steward.Governance.Approvals;
using Steward.Platform.Storage;

namespace Steward.Alerts.Approvals;

/// <summary>The message that asks for an approval.</summary>
/// <param name="Approval">Which approval.</param>
/// <param name="ChatId">In which chat.</param>
/// <param name="MessageId">Which message.</param>
/// <param name="Shows">How the approval stands by what the message says.</param>
/// <param name="SentAt">When it was sent.</param>
internal sealed record ApprovalMessage(Guid Approval, string ChatId, long MessageId, ApprovalState Shows, DateTimeOffset SentAt);

/// <summary>The SQL of these messages.</summary>
internal static class ApprovalMessageStore
{
    public static Task AddAsync(Session session, ApprovalMessage message) => session.ExecuteAsync(
        "INSERT INTO approval_message (approval_id, chat_id, message_id, shows, sent_at) VALUES (@approval, @chat, @message, @shows, @at) ON CONFLICT (approval_id) DO NOTHING",
        ("approval", message.Approval), ("chat", message.ChatId), ("message", message.MessageId), ("shows", message.Shows), ("at", message.SentAt));

    public static Task<ApprovalMessage?> FindAsync(Session session, Guid approval) => session.FirstAsync("SELECT * FROM approval_message WHERE approval_id = @approval",
        row => new ApprovalMessage(row.Uuid("approval_id"), row.Text("chat_id"), row.Long("message_id"), row.Enum<ApprovalState>("shows"), row.Time("sent_at")), ("approval", approval));

    public static Task ShowsAsync(Session session, Guid approval, ApprovalState state) =>
        session.ExecuteAsync("UPDATE approval_message SET shows = @state WHERE approval_id = @approval", ("state", state), ("approval", approval));
}
