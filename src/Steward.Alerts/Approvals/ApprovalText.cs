using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Steward.Alerts.Channels;
using Steward.Connectors.Telegram;
using Steward.Governance.Approvals;
using Steward.Kernel;

namespace Steward.Alerts.Approvals;

/// <summary>
/// What a message about an approval says, and what its buttons carry. The heading is ours alone: nothing that comes from
/// outside stands outside its line or the quotation. Pure.
/// </summary>
internal static partial class ApprovalText
{
    // 16 hexadecimal digits of the hash: enough that nobody finds another call that has them.
    private const int HashDigits = 16;

    /// <summary>The message.</summary>
    /// <param name="approval">The approval, as it stands.</param>
    /// <param name="canPress">True when somebody may press buttons.</param>
    public static TelegramMessage Of(Approval approval, bool canPress) => new(Heading(approval.State), $"{approval.Action} on {approval.Target}")
    {
        Facts =
        [
            ("Service", approval.Service),
            ("Wanted by", approval.Actor),
            ("A person is asked because", approval.Because),
            ("Confidence", approval.Confidence.ToString("0.00", CultureInfo.InvariantCulture)),
            approval.State == ApprovalState.Pending ? ("Until", AlertFacts.Time(approval.ExpiresAt)) : ("Decided by", Decision(approval)),
            ("Approval", approval.Id.ToString()),
            ("Call", approval.Hash[..HashDigits]),
        ],
        Quote = Quote(approval),
        Footer = approval.State == ApprovalState.Pending && !canPress ? $"steward approvals approve {approval.Id}" : "",
    };

    /// <summary>The buttons of an approval, bound to the exact call.</summary>
    public static IReadOnlyList<TelegramButton> Buttons(Approval approval) =>
    [
        new("Approve", $"a:{approval.Id:N}:{approval.Hash[..HashDigits]}"),
        new("Deny", $"d:{approval.Id:N}:{approval.Hash[..HashDigits]}"),
    ];

    /// <summary>What a button says; null when it is none of ours.</summary>
    public static (bool Approve, Guid Approval, string Hash)? Read(string data) => ButtonData().Match(data) is { Success: true } match
        ? (match.Groups["yes"].Value == "a", Guid.ParseExact(match.Groups["id"].Value, "N"), match.Groups["hash"].Value)
        : null;

    /// <summary>True when the button was made for the approval's exact call.</summary>
    public static bool IsFor(Approval approval, string hash) => approval.Hash.StartsWith(hash, StringComparison.Ordinal);

    private static string Heading(ApprovalState state) => state switch
    {
        ApprovalState.Pending => "🔐 Approval needed",
        ApprovalState.Approved or ApprovalState.Used => "✅ Approved",
        ApprovalState.Denied => "⛔ Denied",
        ApprovalState.Expired => "⌛ Expired, which means no",
        _ => "⌛ Void: the policy changed",
    };

    private static string? Decision(Approval approval) => approval.DecidedBy is not { } person ? null
        : $"{person} at {AlertFacts.Time(approval.DecidedAt ?? approval.RequestedAt)}{(approval.DecisionReason is null ? "" : $": {approval.DecisionReason}")}";

    private static string Quote(Approval approval)
    {
        var text = new StringBuilder(approval.Reason);
        foreach (var line in approval.Evidence)
        {
            text.Append("\n- ").Append(line);
        }

        return approval.Arguments.Count == 0 ? text.ToString() : text.Append("\n\nArguments: ").Append(approval.Arguments.ToJsonString(Json.Options)).ToString();
    }

    [GeneratedRegex("^(?<yes>[ad]):(?<id>[0-9a-f]{32}):(?<hash>[0-9a-f]{16})\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ButtonData();
}
