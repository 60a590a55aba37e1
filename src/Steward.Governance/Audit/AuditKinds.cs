namespace Steward.Governance.Audit;

/// <summary>What an audit row can be about.</summary>
public static class AuditKinds
{
    /// <summary>The gate said yes.</summary>
    public const string CallPermitted = "call.permitted";

    /// <summary>The gate asked for a person.</summary>
    public const string CallWaiting = "call.waiting";

    /// <summary>A kill switch keeps a call back.</summary>
    public const string CallHeld = "call.held";

    /// <summary>The gate said no.</summary>
    public const string CallDenied = "call.denied";

    /// <summary>A permit, or a repeated request, was refused: used, changed, expired, stopped.</summary>
    public const string CallRefused = "call.refused";

    /// <summary>A permit was redeemed; the request is about to leave.</summary>
    public const string CallStarted = "call.started";

    /// <summary>The provider did it.</summary>
    public const string CallSucceeded = "call.succeeded";

    /// <summary>It is known not to have happened.</summary>
    public const string CallFailed = "call.failed";

    /// <summary>The request left and no clear answer came.</summary>
    public const string CallUnknown = "call.unknown";

    /// <summary>An answer came after the outcome had been settled without it.</summary>
    public const string CallLate = "call.late";

    /// <summary>The provider was asked about a call whose outcome was unknown.</summary>
    public const string CallResolved = "call.resolved";

    /// <summary>A person said yes to an exact call.</summary>
    public const string ApprovalApproved = "approval.approved";

    /// <summary>A person said no.</summary>
    public const string ApprovalDenied = "approval.denied";

    /// <summary>Nobody decided in time, which means no.</summary>
    public const string ApprovalExpired = "approval.expired";

    /// <summary>A decision was refused: by the wrong one, or too late.</summary>
    public const string ApprovalRefused = "approval.refused";

    /// <summary>An approval was made void, because the policy changed.</summary>
    public const string ApprovalVoid = "approval.void";

    /// <summary>A kill switch was raised.</summary>
    public const string StopRaised = "stop.raised";

    /// <summary>A kill switch was lifted.</summary>
    public const string StopLifted = "stop.lifted";

    /// <summary>A person widened an actor's level for a time.</summary>
    public const string ElevationGranted = "elevation.granted";

    /// <summary>An elevation ended, by time or by a person.</summary>
    public const string ElevationEnded = "elevation.ended";

    /// <summary>A person wants alerts to be kept back for a time.</summary>
    public const string MaintenanceSet = "maintenance.set";

    /// <summary>A person ended that before its time.</summary>
    public const string MaintenanceEnded = "maintenance.ended";

    /// <summary>Another policy is in force.</summary>
    public const string PolicyLoaded = "policy.loaded";

    /// <summary>A changed policy file was refused; the last good one stays.</summary>
    public const string PolicyRejected = "policy.rejected";

    /// <summary>The loop decided something.</summary>
    public const string Decision = "decision";

    /// <summary>What a decision led to was checked.</summary>
    public const string Verified = "verified";

    /// <summary>Somebody asked to deploy or to roll back.</summary>
    public const string DeployAsked = "deploy.asked";

    /// <summary>What was asked for came to its end.</summary>
    public const string DeployEnded = "deploy.ended";

    /// <summary>A person has a service watched again.</summary>
    public const string ServiceWatched = "service.watched";

    /// <summary>A person has a service left alone.</summary>
    public const string ServiceUnwatched = "service.unwatched";

    /// <summary>A person said that a finding is over.</summary>
    public const string FindingClosed = "finding.closed";

    /// <summary>Events were refused at the door: a wrong signature, an unknown address, a body that is none.</summary>
    public const string EventRefused = "event.refused";

    /// <summary>A stranger's call of an agent's webhook was not taken.</summary>
    public const string HookRefused = "agent.hook-refused";

    /// <summary>A person gave a command in a comment, and it was carried out or answered.</summary>
    public const string CommandTaken = "command.taken";

    /// <summary>A key was made.</summary>
    public const string KeyCreated = "key.created";

    /// <summary>A key was revoked.</summary>
    public const string KeyRevoked = "key.revoked";
}
