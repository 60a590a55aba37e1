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
        var severity = isPending ? Severity(options, channels) : AlertSeverity.Info;
        return new($"approval/{approval.Id}/{Row.EnumText(approval.State)}", $"approval/{approval.Id}", severity, Title(approval), isPending ? Question(approval) : End(approval))
        {
            Service = approval.Service,
            Status = isPending ? "APPROVAL" : "DECIDED",
            CorrelationId = approval.CorrelationId,
            Channels = isPending ? Route.Of(options, severity, channels) is { AtOnce: { Count: > 0 } atOnce } ? atOnce : Route.Of(options, severity, channels).Fallback : null,
            IsResolved = !isPending,
        };
    }

    // A question that nobody hears is a no. Where warnings reach nobody, as with PagerDuty alone, it is urgent enough to wake somebody.
    private static AlertSeverity Severity(AlertsOptions options, IReadOnlyCollection<string> channels) =>
        Route.Of(options, AlertSeverity.Warning, channels) is { AtOnce.Count: 0, Fallback.Count: 0 } ? AlertSeverity.Critical : AlertSeverity.Warning;

    private static string Title(Approval approval) => $"{(approval.State == ApprovalState.Pending ? "Approval needed" : Row.EnumText(approval.State))}: {approval.Action} on {approval.Target}";

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
