using Steward.Alerts.Channels;
using Steward.Governance.Approvals;
using Steward.Platform.Storage;

namespace Steward.Alerts.Approvals;

/// <summary>A question to a person as a plain alert, for where it cannot be asked with buttons, and how it ended. Pure.</summary>
internal static class ApprovalAlert
{
    /// <summary>The alert.</summary>
    /// <param name="approval">The approval, as it stands.</param>
    /// <param name="options">Who hears of what.</param>
    /// <param name="channels">The channels that it can go to.</param>
    public static Alert Of(Approval approval, AlertsOptions options, IReadOnlyCollection<string> channels)
    {
        var isPending = approval.State == ApprovalState.Pending;
        var severity = isPending ? Severity(approval, options, channels) : AlertSeverity.Info;
        return new($"approval/{approval.Id}/{Row.EnumText(approval.State)}", $"approval/{approval.Id}", severity, Title(approval), isPending ? Question(approval) : End(approval))
        {
            Service = approval.Service,
            Status = isPending ? "APPROVAL" : "DECIDED",
            CorrelationId = approval.CorrelationId,
            Channels = isPending ? Route.Of(options, severity, channels) is { AtOnce: { Count: > 0 } atOnce } ? atOnce : Route.Of(options, severity, channels).Fallback : null,
            IsResolved = !isPending,
        };
    }

    // A question that nobody hears is a no: where its own severity reaches nobody, as with PagerDuty alone, it is more urgent. What
    // changes no service, such as the merge of a pull request that is merely proposed, wakes nobody.
    private static AlertSeverity Severity(Approval approval, AlertsOptions options, IReadOnlyCollection<string> channels)
    {
        var (own, next) = approval.Service is null ? (AlertSeverity.Info, AlertSeverity.Warning) : (AlertSeverity.Warning, AlertSeverity.Critical);
        return Route.Of(options, own, channels) is { AtOnce.Count: 0, Fallback.Count: 0 } ? next : own;
    }

    private static string Title(Approval approval) => $"{Heading(approval.State)}: {approval.Action} on {approval.Target}";

    private static string Heading(ApprovalState state) => state switch
    {
        ApprovalState.Pending => "Approval needed",
        ApprovalState.Used => "Approved",
        _ => state.ToString(),
    };

    private static string Question(Approval approval) => string.Join('\n', (string[])
    [
        approval.Reason,
        .. approval.Evidence.Select(line => $"- {line}"),
        $"Wanted by {approval.Actor}. A person is asked because: {approval.Because}",
        $"Without a decision by {AlertFacts.Time(approval.ExpiresAt)} the answer is no.",
        $"To allow it: steward approvals approve {approval.Id}",
        $"To refuse it: steward approvals deny {approval.Id}",
    ]);

    private static string End(Approval approval) => approval switch
    {
        { State: ApprovalState.Expired } => "Nobody decided in time, which means no.",
        { State: ApprovalState.Void } => "The policy changed; if it is still wanted, it is asked anew.",
        { DecidedBy: { } person } => $"Decided by {person}{(approval.DecisionReason is { } why ? $": {why}" : ".")}",
        _ => "It is over.",
    };
}
