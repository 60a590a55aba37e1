using System.Globalization;
using Steward.Connectors.N8n;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Operations.Observe;

namespace Steward.Operations.Decide;

/// <summary>Says which workflows of n8n fail again and again, and which do not any more. Pure.</summary>
public static class WorkflowDecider
{
    // One that fails and succeeds by turns is not found anew each time.
    private static readonly TimeSpan CoolDown = TimeSpan.FromMinutes(15);

    /// <summary>Judges all workflows.</summary>
    /// <param name="at">When they were looked at.</param>
    /// <param name="workflows">What n8n said.</param>
    /// <param name="open">The open findings by their fingerprints.</param>
    /// <param name="options">What counts as failing.</param>
    public static IEnumerable<Verdict> Decide(DateTimeOffset at, WorkflowsPicture workflows, IReadOnlyDictionary<string, Finding> open, WorkflowOptions options)
    {
        var on = workflows.On.Select(Fingerprint).ToHashSet(StringComparer.Ordinal);
        return workflows.Ran.Select(workflow => Judge(at, workflow, open, options)).OfType<Verdict>()
            .Concat(open.Values.Where(finding => finding.Kind == FindingKind.WorkflowFailing && !on.Contains(finding.Fingerprint))
                .Select(finding => new Verdict.Over(finding.Fingerprint, "It was switched off, put aside or deleted: it cannot fail any more.")));
    }

    private static string Fingerprint(WorkflowId workflow) => $"workflow-failing/{workflow}";

    private static Verdict? Judge(DateTimeOffset at, WorkflowPicture workflow, IReadOnlyDictionary<string, Finding> open, WorkflowOptions options)
    {
        // One that a person stopped says nothing.
        var ended = workflow.Ended.Where(execution => execution.Status != ExecutionStatus.Canceled).ToList();
        var fingerprint = Fingerprint(workflow.Id);
        if (ended.Count == 0)
        {
            return null;
        }

        if (open.GetValueOrDefault(fingerprint) is { } found)
        {
            return ended[0].Status == ExecutionStatus.Success && ended[0].Id.Value > ExecutionOf(found.Cause)
                ? new Verdict.Over(fingerprint, $"Execution {ended[0].Id} of {OutsideWord.Quote(workflow.Name)} succeeded.")
                : null;
        }

        var row = ended.TakeWhile(execution => execution.IsFailure).ToList();
        var within = options.AllWithin > TimeSpan.Zero ? ended.Where(execution => (execution.StoppedAt ?? execution.StartedAt) > at - options.AllWithin).ToList() : [];
        return row.Count >= options.FailuresInARow || (within.Count > 0 && within.All(execution => execution.IsFailure))
            ? new Verdict.Trouble(Failing(workflow, row, fingerprint, at))
            : null;
    }

    /// <summary>The execution that a cause is about.</summary>
    public static long ExecutionOf(string cause) => long.Parse(cause[(cause.LastIndexOf('/') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);

    private static Diagnosis Failing(WorkflowPicture workflow, List<N8nExecution> row, string fingerprint, DateTimeOffset at)
    {
        var summary = $"The workflow {OutsideWord.Quote(workflow.Name)} of n8n fails: {row.Count} {(row.Count == 1 ? "execution" : "executions")} in a row.";
        return new Diagnosis($"{fingerprint}/{row[0].Id}", FindingKind.WorkflowFailing, $"n8n/{workflow.Id}", null, $"execution/{row[0].Id}", "medium", summary,
            [
                .. row.Take(5).Select(execution => $"execution {execution.Id} ({execution.Mode}) is {execution.Status} since {UtcTime.ToText(execution.StoppedAt ?? at)}"),
            ], row[0].StoppedAt ?? row[0].StartedAt ?? at,
            [new Decision(DecisionKind.OpenIssue, 9, summary, 1), new Decision(DecisionKind.Alert, 9, summary, 1)])
        {
            Fingerprint = fingerprint,
            CoolDown = CoolDown,
        };
    }
}
