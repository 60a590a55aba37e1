namespace Steward.Governance.Calls;

/// <summary>What the store knows of one execution.</summary>
internal sealed record CallRecord(
    Guid Id, string Key, string Actor, string Action, string Target, string? Service, string Hash, string CorrelationId, CallState State, long Serial,
    string PolicyVersion, Guid? ApprovalId, Guid? WaitingWork, DateTimeOffset? PermitExpiresAt, DateTimeOffset? StartedAt, string? Detail, bool IsAsked, string? Occasion);
