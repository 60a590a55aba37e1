using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Closes the issue of a finding that is over and says why. One that a person has closed stays as it is.</summary>
internal sealed class CloseIssue(Cases cases, Gate gate, GitHubIssues issues, FindingIssues found, GitHubCalls calls, Repositories repositories, Database database, TimeProvider clock) : IWorkHandler
{
    public string Kind => ActWork.CloseIssueKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        if (repositories.Of(finding) is not { } repository || !issues.IsConfigured)
        {
            return WorkResult.Done("No issue: GitHub is not configured.");
        }

        if (await found.OfAsync(finding, repository, cancellationToken) is not { } issue)
        {
            return WorkResult.Done("There is no issue.");
        }

        // Closed by a person, unless it was us before a crash: then that is taken to its end below.
        if (!issue.IsOpen && await database.WriteAsync(session => gate.WithdrawAsync(session, item.Occurrence, "It is closed."), cancellationToken) != Withdrawal.Begun)
        {
            return WorkResult.Done("There is no open issue.");
        }

        // What is said later about a deployment that was put aside is that a later one serves well.
        var isOutOfSight = finding is { DeploymentId: null, EndedAs: FindingEnd.OutOfSight };
        var comment = $"**{(isOutOfSight ? "It is put aside" : "It is over")}**\n\n{Fence.Around(payload.Decision.Reason)}\nCorrelation: `{finding.CorrelationId}`\n";
        var step = await new GovernedStep(gate, clock).RunAsync(
            new CallRequest(item.Occurrence, new Actor(Cycle.Actor), calls.CloseIssue(repository, issue.Number, comment), $"It is over: {payload.Decision.Reason}", finding.CorrelationId)
            {
                WaitingWork = item.Id,
            },
            async (permit, token) =>
            {
                await issues.CloseIssueAsync(permit, repository, issue.Number, comment, token);
                OperationsMeter.Acted(GitHubCalls.CloseIssueAction);
                return $"Issue #{issue.Number} was closed.";
            },
            async (_, token) => await issues.FindIssueAsync(repository, issue.Number, token) is { IsOpen: false },
            cancellationToken);
        return step.Later ?? WorkResult.Done(step.Detail);
    }
}
