using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Operations.Findings;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Opens the issue of a finding again that was closed before it failed again: trouble that lasts has an open issue.</summary>
internal sealed class ReopenIssue(Cases cases, Gate gate, GitHubIssues issues, GitHubCalls calls, TimeProvider clock)
{
    /// <summary>Opens it. Null when that is done, or it stays closed because a person wants it so: then the news are said on it all the same.</summary>
    public async Task<WorkResult?> TryAsync(WorkItem item, Finding finding, GitHubRepo repository, int number, CancellationToken cancellationToken)
    {
        try
        {
            var step = await new GovernedStep(gate, clock).RunAsync(
                new CallRequest($"{item.Occurrence}/reopen", new Actor(Cycle.Actor), calls.ReopenIssue(repository, number), "It failed again after its issue had been closed.", finding.CorrelationId)
                {
                    WaitingWork = item.Id,
                },
                async (permit, token) =>
                {
                    if ((await cases.FindAsync(finding.Id, token)).ClosedAt is not null)
                    {
                        throw new OvertakenException("It is over meanwhile.");
                    }

                    await issues.ReopenIssueAsync(permit, repository, number, token);
                    OperationsMeter.Acted(GitHubCalls.ReopenIssueAction);
                    return $"Issue #{number} was opened again.";
                },
                async (_, token) => await issues.FindIssueAsync(repository, number, token) is { IsOpen: true },
                cancellationToken);
            return step.Later is { IsRefusal: false } later ? later : null;
        }
        catch (OvertakenException e)
        {
            return WorkResult.Done(e.Message);
        }
    }
}
