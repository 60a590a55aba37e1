using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Why people are told something.</summary>
public enum AlertOccasion
{
    /// <summary>Something is wrong.</summary>
    Found,

    /// <summary>It was mended.</summary>
    Recovered,

    /// <summary>It was not mended; a person has to look.</summary>
    Stuck,
}

/// <summary>The payload of the work items that carry a decision out.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Decision">The decision that is carried out.</param>
/// <param name="Occasion">For an alert: why.</param>
public sealed record ActPayload(Guid Finding, Decision Decision, AlertOccasion Occasion = AlertOccasion.Found);

/// <summary>Makes the work items. Each decision is an item of its own: one that fails holds up no other.</summary>
internal static class ActWork
{
    public const string RollBackKind = "operations.roll-back";
    public const string VerifyKind = "operations.verify";
    public const string RestartKind = "operations.restart";
    public const string VerifyRestartKind = "operations.verify-restart";
    public const string IssueKind = "operations.issue";
    public const string AlertKind = "operations.alert";

    // 2, 4, 8 ... 256 s and then every 5 minutes: a provider that is away for half an hour does not end a recovery.
    private const int Patience = 14;

    public static NewWork For(Finding finding, Decision decision) => decision.Kind switch
    {
        DecisionKind.RollBack => Item(RollBackKind, finding, "rollback", new ActPayload(finding.Id, decision)),
        DecisionKind.Restart => Item(RestartKind, finding, "restart", new ActPayload(finding.Id, decision)),
        DecisionKind.OpenIssue => Item(IssueKind, finding, "issue", new ActPayload(finding.Id, decision)),
        DecisionKind.Alert => Alert(finding, AlertOccasion.Found, decision.Reason),
        _ => throw new InvalidOperationException($"Unknown decision {decision.Kind}."),
    };

    public static NewWork Verify(Finding finding, Decision decision) =>
        Item(VerifyKind, finding, "verify", new ActPayload(finding.Id, decision));

    public static NewWork VerifyRestart(Finding finding, Decision decision) =>
        Item(VerifyRestartKind, finding, "verify-restart", new ActPayload(finding.Id, decision));

    public static NewWork Alert(Finding finding, AlertOccasion occasion, string reason) =>
        Item(AlertKind, finding, Key(occasion), new ActPayload(finding.Id, new Decision(DecisionKind.Alert, 9, reason, 1), occasion));

    /// <summary>What a step of a finding is the one execution of.</summary>
    public static string Key(Finding finding, string step) => $"{finding.Cause}/{step}";

    public static string Key(AlertOccasion occasion) => occasion switch
    {
        AlertOccasion.Found => "alert-found",
        AlertOccasion.Recovered => "alert-recovered",
        AlertOccasion.Stuck => "alert-stuck",
        _ => throw new InvalidOperationException($"Unknown occasion {occasion}."),
    };

    private static NewWork Item(string kind, Finding finding, string step, ActPayload payload) =>
        new(kind, Key(finding, step), Json.Write(payload)) { CorrelationId = finding.CorrelationId, MaxAttempts = Patience };
}
