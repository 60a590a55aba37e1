using System.Text;
using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;
using Steward.Connectors.Railway;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Opens one issue for a finding, with its evidence and the last log lines, redacted and fenced.</summary>
internal sealed class OpenIssue(
    Cases cases, Database database, Gate gate, GitHubIssues issues, GitHubCalls calls, IOptions<GitHubOptions> options, RailwayClient railway, Redactor redactor, TimeProvider clock) : IWorkHandler
{
    private const int LogLines = 20;

    public string Kind => ActWork.IssueKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        if (options.Value.DefaultRepo is not { } repo || !issues.IsConfigured)
        {
            return await DoneAsync(finding, "No issue: GitHub is not configured (GitHub:Repository, and an App or GitHub:Token).", cancellationToken);
        }

        var key = ActWork.Key(finding, "issue");
        var log = await LogAsync(finding, cancellationToken);
        var draft = new IssueDraft(key, Title(finding), Body(finding, payload, log), ["steward", finding.Severity]);
        var step = await new GovernedStep(gate, clock).RunAsync(
            new CallRequest(key, new Actor(Cycle.Actor), calls.CreateIssue(repo, draft), payload.Decision.Reason, finding.CorrelationId)
            {
                Evidence = finding.Evidence,
                Confidence = payload.Decision.Confidence,
                WaitingWork = item.Id,
            },
            async (permit, token) =>
            {
                var issue = await issues.CreateIssueAsync(permit, repo, draft, token);
                OperationsMeter.Acted(GitHubCalls.CreateIssueAction);
                return $"Issue #{issue.Number} was opened.";
            },
            async (_, token) => await issues.FindIssueAsync(repo, key, token) is not null,
            cancellationToken);
        return step.Later ?? await DoneAsync(finding, step.Detail ?? "The issue was opened.", cancellationToken);
    }

    // A finding about a deployment of which people need only be told ends when they were; any other ends when it is over.
    private async Task<WorkResult> DoneAsync(Finding finding, string note, CancellationToken cancellationToken)
    {
        if (finding.DeploymentId is not null && finding.Decisions.All(decision => decision.Kind is DecisionKind.OpenIssue or DecisionKind.Alert))
        {
            await cases.MoveAsync(finding, FindingState.Closed, note, null, cancellationToken);
        }

        return WorkResult.Done(note);
    }

    private static string Title(Finding finding) => $"[{finding.Service}] {Words(finding.Kind)}: {finding.DeploymentId ?? finding.Subject}";

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

        if (finding.DeploymentId is not { } deploymentId)
        {
            return "(none)";
        }

        string log;
        try
        {
            var lines = finding.Kind == FindingKind.DeploymentFailed
                ? await railway.BuildLogsAsync(deploymentId, LogLines, cancellationToken)
                : await railway.DeploymentLogsAsync(deploymentId, LogLines, null, cancellationToken);
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
        FindingKind.CiFailed => "CI fails",
        FindingKind.WorkflowFailing => "workflow fails",
        FindingKind.HighCpu => "high processor use",
        FindingKind.HighMemory => "high memory use",
        FindingKind.HighErrorRate => "many errors",
        FindingKind.HighLatency => "slow answers",
        _ => throw new InvalidOperationException($"Unknown kind {kind}."),
    };
}
