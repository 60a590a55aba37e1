using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Operations.Causes;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Opens one issue for a finding, with its evidence and its cause, redacted and fenced.</summary>
internal sealed class OpenIssue(
    Cases cases, CauseFinder causes, Gate gate, GitHubIssues issues, GitHubCalls calls, IOptions<GitHubOptions> options, TimeProvider clock) : IWorkHandler
{
    public string Kind => ActWork.IssueKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        if (options.Value.DefaultRepo is not { } repo || !issues.IsConfigured)
        {
            return await DoneAsync(finding, "No issue: GitHub is not configured (GitHub:Repository, and an App or GitHub:Token).", cancellationToken);
        }

        var key = ActWork.Key(finding, "issue");
        var cause = await causes.OfAsync(finding, cancellationToken);
        var draft = new IssueDraft(key, IssueText.Title(finding), IssueText.Body(finding, payload.Decision.Reason, cause), [finding.Severity]);
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
}
