using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>The payload of the work items that carry a decision out.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Decision">The decision that is carried out.</param>
/// <param name="Cause">The cause of the occurrence that it is about; null for the one that was found.</param>
public sealed record ActPayload(Guid Finding, Decision Decision, string? Cause = null);

/// <summary>Makes the work items. Each thing to do is an item of its own: one that fails holds up no other.</summary>
internal static class ActWork
{
    public const string RollBackKind = "operations.roll-back";
    public const string VerifyKind = "operations.verify";
    public const string RestartKind = "operations.restart";
    public const string VerifyRestartKind = "operations.verify-restart";
    public const string IssueKind = "operations.issue";
    public const string IssueNewsKind = "operations.issue-news";
    public const string CloseIssueKind = "operations.close-issue";
    public const string TellKind = "operations.tell";
    public const string MendKind = "operations.mend-run";
    public const string MergeKind = "operations.merge";

    /// <summary>The steps that ask the gate for something that is pointless once a finding is over.</summary>
    public static readonly IReadOnlyList<string> Asked = [MergeStep, RerunStep, IssueStep];

    /// <summary>The steps that bring a service back: a finding of which one has begun ends with what comes of that.</summary>
    public static readonly IReadOnlyList<string> Recovering = [RollBackStep, RestartStep];

    public const string RollBackStep = "rollback";
    public const string RestartStep = "restart";
    public const string MergeStep = "merge";
    public const string RerunStep = "rerun";
    public const string IssueStep = "issue";

    // 2, 4, 8 ... 256 s and then every 5 minutes: a provider that is away for half an hour does not end a recovery.
    private const int Patience = 14;

    public static NewWork For(Finding finding, Decision decision) => decision.Kind switch
    {
        DecisionKind.RollBack => Item(RollBackKind, finding, RollBackStep, new ActPayload(finding.Id, decision)),
        DecisionKind.Restart => Item(RestartKind, finding, RestartStep, new ActPayload(finding.Id, decision)),
        DecisionKind.OpenIssue => Item(IssueKind, finding, IssueStep, new ActPayload(finding.Id, decision)),
        DecisionKind.Alert => Item(TellKind, finding, "tell", new ActPayload(finding.Id, decision)),
        DecisionKind.MendRun => Item(MendKind, finding, "mend", new ActPayload(finding.Id, decision)),
        DecisionKind.Merge => Item(MergeKind, finding, MergeStep, new ActPayload(finding.Id, decision)),
        _ => throw new InvalidOperationException($"Unknown decision {decision.Kind}."),
    };

    /// <summary>What is done when the trouble of an open finding occurs once more.</summary>
    public static NewWork Again(Finding finding, Decision decision, string cause) => decision.Kind switch
    {
        DecisionKind.MendRun => Item(MendKind, finding, cause, "mend", new ActPayload(finding.Id, decision, cause)),
        _ => throw new InvalidOperationException($"{decision.Kind} is not decided anew while a finding is open."),
    };

    public static NewWork Verify(Finding finding, Decision decision) =>
        Item(VerifyKind, finding, "verify", new ActPayload(finding.Id, decision));

    public static NewWork VerifyRestart(Finding finding, Decision decision) =>
        Item(VerifyRestartKind, finding, "verify-restart", new ActPayload(finding.Id, decision));

    /// <summary>Says on the issue of an open finding what is new.</summary>
    public static NewWork IssueNews(Finding finding, Decision decision, string cause) =>
        Item(IssueNewsKind, finding, cause, "issue-news", new ActPayload(finding.Id, decision, cause));

    /// <summary>Says on the issue of a finding that what failed was replaced by what served before.</summary>
    public static NewWork IssueUndone(Finding finding, string outcome) =>
        Item(IssueNewsKind, finding, "issue-undone", new ActPayload(finding.Id, new Decision(DecisionKind.OpenIssue, 3, outcome, 1)));

    /// <summary>Closes the issue of a finding that is over.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="step">Tells apart an issue that was opened before the end from one that was opened at that moment.</param>
    public static NewWork CloseIssue(Finding finding, string outcome, string step = "close-issue") =>
        Item(CloseIssueKind, finding, step, new ActPayload(finding.Id, new Decision(DecisionKind.OpenIssue, 3, outcome, 1)));

    /// <summary>What a step of a finding is the one execution of.</summary>
    public static string Key(Finding finding, string step) => $"{finding.Cause}/{step}";

    /// <summary>How people call off what a finding waits for.</summary>
    public static string CallOff(WorkItem item) => $"Say that it is over: steward findings close {item.Read<ActPayload>().Finding}";

    private static NewWork Item(string kind, Finding finding, string step, ActPayload payload) => Item(kind, finding, finding.Cause, step, payload);

    private static NewWork Item(string kind, Finding finding, string cause, string step, ActPayload payload) =>
        new(kind, $"{cause}/{step}", Json.Write(payload)) { CorrelationId = finding.CorrelationId, MaxAttempts = Patience };
}
