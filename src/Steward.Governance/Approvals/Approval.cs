using System.Text.Json.Nodes;

namespace Steward.Governance.Approvals;

/// <summary>How far an approval has come.</summary>
public enum ApprovalState
{
    /// <summary>A person has to decide.</summary>
    Pending,

    /// <summary>A person said yes; the call has not run.</summary>
    Approved,

    /// <summary>The approved call ran: the approval is used up.</summary>
    Used,

    /// <summary>A person said no.</summary>
    Denied,

    /// <summary>Its time ran out, which means no.</summary>
    Expired,

    /// <summary>The policy changed before the call ran.</summary>
    Void,
}

/// <summary>A question to a person about one exact call.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CallId">The record of the call.</param>
/// <param name="Key">What the call is the one execution of.</param>
/// <param name="Actor">Who wants to make the call.</param>
/// <param name="Action">What is done.</param>
/// <param name="Target">What it is done to.</param>
/// <param name="Service">The watched service that changes by it.</param>
/// <param name="Arguments">Everything else that the request depends on.</param>
/// <param name="Hash">The hash of the exact call: a call that differs in anything is not approved.</param>
/// <param name="PolicyVersion">The policy under which it was asked; another policy voids it.</param>
/// <param name="Rule">The policy rule that asked for a person.</param>
/// <param name="Because">Why the rule did.</param>
/// <param name="Reason">Why the actor wants the call.</param>
/// <param name="Evidence">What the reason rests on.</param>
/// <param name="Confidence">How sure the actor is, 0 to 1.</param>
/// <param name="CorrelationId">Ties together everything that follows from one cause.</param>
/// <param name="State">How far it has come.</param>
/// <param name="RequestedAt">When it was asked.</param>
/// <param name="ExpiresAt">After this it counts as denied.</param>
/// <param name="DecidedBy">Which person decided.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="DecisionReason">What the person said.</param>
public sealed record Approval(
    Guid Id, Guid CallId, string Key, string Actor, string Action, string Target, string? Service, JsonObject Arguments, string Hash,
    string PolicyVersion, string Rule, string Because, string Reason, IReadOnlyList<string> Evidence, double Confidence, string CorrelationId,
    ApprovalState State, DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt, string? DecidedBy, DateTimeOffset? DecidedAt, string? DecisionReason);
