using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>The payload of the work items that carry a decision out.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Decision">The decision that is carried out.</param>
public sealed record ActPayload(Guid Finding, Decision Decision);

/// <summary>Makes the work items. Each thing to do is an item of its own: one that fails holds up no other. Alerts go to the outbox.</summary>
internal static class ActWork
{
    public const string RollBackKind = "operations.roll-back";
    public const string VerifyKind = "operations.verify";
    public const string RestartKind = "operations.restart";
    public const string VerifyRestartKind = "operations.verify-restart";
    public const string IssueKind = "operations.issue";

    // 2, 4, 8 ... 256 s and then every 5 minutes: a provider that is away for half an hour does not end a recovery.
    private const int Patience = 14;

    public static NewWork For(Finding finding, Decision decision) => decision.Kind switch
    {
        DecisionKind.RollBack => Item(RollBackKind, finding, "rollback", new ActPayload(finding.Id, decision)),
        DecisionKind.Restart => Item(RestartKind, finding, "restart", new ActPayload(finding.Id, decision)),
        DecisionKind.OpenIssue => Item(IssueKind, finding, "issue", new ActPayload(finding.Id, decision)),
        _ => throw new InvalidOperationException($"Unknown decision {decision.Kind}."),
    };

    public static NewWork Verify(Finding finding, Decision decision) =>
        Item(VerifyKind, finding, "verify", new ActPayload(finding.Id, decision));

    public static NewWork VerifyRestart(Finding finding, Decision decision) =>
        Item(VerifyRestartKind, finding, "verify-restart", new ActPayload(finding.Id, decision));

    /// <summary>What a step of a finding is the one execution of.</summary>
    public static string Key(Finding finding, string step) => $"{finding.Cause}/{step}";

    private static NewWork Item(string kind, Finding finding, string step, ActPayload payload) =>
        new(kind, Key(finding, step), Json.Write(payload)) { CorrelationId = finding.CorrelationId, MaxAttempts = Patience };
}
