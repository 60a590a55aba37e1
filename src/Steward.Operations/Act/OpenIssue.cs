using System.Text;
using Steward.Connectors.GitHub;
using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Opens one issue for a finding, with its evidence and the last log lines, redacted and fenced.</summary>
internal sealed class OpenIssue(
    Database database, Gate gate, GitHubIssues issues, GitHubCalls calls, RailwayClient railway, Redactor redactor, TimeProvider clock) : IWorkHandler
{
    private const int LogLines = 20;

    public string Kind => ActWork.IssueKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (!issues.IsConfigured)
        {
            return WorkResult.Done("No issue: GitHub is not configured (GitHub:Repository and GitHub:Token).");
        }

        var payload = item.Read<ActPayload>();
        var finding = await database.ReadAsync(session => FindingStore.FindAsync(session, payload.Finding), cancellationToken)
            ?? throw new InvalidOperationException($"There is no finding {payload.Finding}.");
        var key = ActWork.Key(finding, "issue");
        var log = await LogAsync(finding, cancellationToken);
        var draft = new IssueDraft(key, Title(finding), Body(finding, payload, log), ["steward", finding.Severity]);
        var step = await new GovernedStep(gate, clock).RunAsync(
            new CallRequest(key, new Actor(Cycle.Actor), calls.CreateIssue(draft), payload.Decision.Reason, finding.CorrelationId)
            {
                Evidence = finding.Evidence,
                Confidence = payload.Decision.Confidence,
                WaitingWork = item.Id,
            },
            async (permit, token) =>
            {
                var issue = await issues.CreateIssueAsync(permit, draft, token);
                OperationsMeter.Acted(GitHubCalls.CreateIssueAction);
                return $"Issue #{issue.Number} was opened.";
            },
            async (_, token) => await issues.FindIssueAsync(key, token) is not null,
            cancellationToken);
        return step.Later ?? await DoneAsync(finding, step.Detail ?? "The issue was opened.", cancellationToken);
    }

    private async Task<WorkResult> DoneAsync(Finding finding, string note, CancellationToken cancellationToken)
    {
        if (finding.Decisions.All(decision => decision.Kind != Decide.DecisionKind.RollBack))
        {
            await database.WriteAsync(session => FindingStore.MoveAsync(session, finding.Id, FindingState.Closed, note, clock.Now()), cancellationToken);
        }

        return WorkResult.Done(note);
    }

    private static string Title(Finding finding) => $"[{finding.Service}] {Words(finding.Kind)}: {finding.DeploymentId}";

    private string Body(Finding finding, ActPayload payload, string log)
    {
        var body = new StringBuilder()
            .Append(finding.Summary).Append("\n\n**Decided:** ").Append(payload.Decision.Reason)
            .Append("\n\n**Evidence**\n");
        foreach (var line in finding.Evidence)
        {
            body.Append("- ").Append(line).Append('\n');
        }

        body.Append("\n**Last log lines** (data from outside, quoted as it came, secrets removed)\n\n~~~~text\n");
        body.Append(log.Replace("~~~~", "~ ~ ~ ~", StringComparison.Ordinal)).Append('\n');
        return redactor.Redact(body.Append("~~~~\n\nCorrelation: `").Append(finding.CorrelationId).Append("`\n").ToString());
    }

    // Read once and kept: the permit is bound to the issue's text, so it must be the same at every attempt.
    private async Task<string> LogAsync(Finding finding, CancellationToken cancellationToken)
    {
        if (finding.Log is { } kept)
        {
            return kept;
        }

        string log;
        try
        {
            var lines = finding.Kind == FindingKind.DeploymentFailed
                ? await railway.BuildLogsAsync(finding.DeploymentId, LogLines, cancellationToken)
                : await railway.DeploymentLogsAsync(finding.DeploymentId, LogLines, null, cancellationToken);
            log = redactor.Redact(string.Join('\n', lines.TakeLast(LogLines).Select(line => $"{(line.At is { } at ? UtcTime.ToText(at) : "")} {line.Message}")));
        }
        catch (ConnectorException e)
        {
            log = $"(the log could not be read: {e.Message})";
        }

        return await database.WriteAsync(session => FindingStore.KeepLogAsync(session, finding.Id, log), cancellationToken);
    }

    private static string Words(FindingKind kind) => kind switch
    {
        FindingKind.DeploymentFailed => "deployment failed",
        FindingKind.DeploymentCrashed => "deployment crashed",
        FindingKind.DeploymentUnhealthy => "deployment serves errors",
        _ => throw new InvalidOperationException($"Unknown kind {kind}."),
    };
}
