using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Governance.Policies;

namespace Steward.Governance.Calls;

/// <summary>The audit rows about calls.</summary>
internal static class CallEntry
{
    /// <summary>What was decided about a request.</summary>
    public static AuditEntry Of(string kind, CallRequest request, Policy policy, string reason, string? rule = null)
    {
        var detail = new JsonObject { ["key"] = request.Key, ["confidence"] = request.Confidence, ["arguments"] = request.Call.Arguments.DeepClone(), ["why"] = request.Reason };
        if (rule is not null)
        {
            detail["rule"] = rule;
        }

        return new AuditEntry(kind, request.Actor.Name)
        {
            Action = request.Call.Action,
            Target = request.Call.Target,
            Service = request.Call.Service,
            Reason = reason,
            Evidence = request.Evidence,
            CallHash = request.Call.Hash,
            PolicyVersion = policy.Version,
            CorrelationId = request.CorrelationId,
            Detail = detail,
        };
    }

    /// <summary>What became of an execution.</summary>
    public static AuditEntry Of(string kind, CallRecord record, Policy policy, string? reason) => new(kind, record.Actor)
    {
        Action = record.Action,
        Target = record.Target,
        Service = record.Service,
        Reason = reason,
        CallId = record.Id,
        CallHash = record.Hash,
        PolicyVersion = policy.Version,
        CorrelationId = record.CorrelationId,
    };
}
