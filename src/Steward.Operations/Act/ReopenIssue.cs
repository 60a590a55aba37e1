using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Operations.Findings;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Opens the issue of a finding again that was closed before it failed again: trouble that lasts has an open issue.</summary>
internal sealed class ReopenIssue(Cases cases, Gate gate, GitHubIssues issues, GitHubCalls calls, TimeProvider clock)
{
    /// <summary>
    /// Opens it. Null when it is open, or stays closed because the trouble is over or a person wants it so: then the news are said on it all
    /// the same.
    /// </summary>
    public async Task<WorkResult?> TryAsync(WorkItem item, Finding finding, GitHubRepo repository, GitHubIssue issue, CancellationToken cancellationToken)
    {
        var (key, number) = (Key(item), issue.Number);
        if (issue.IsOpen)
        {
            await gate.SawAsync(key, $"Issue #{number} is open.", cancellationToken);
            return null;
        }

        if (finding.ClosedAt is not null && !await gate.IsOpenAsync(key, cancellationToken))
        {
            return null;
        }

        try
        {
            var step = await new GovernedStep(gate, clock).RunAsync(
                new CallRequest(key, new Actor(Cycle.Actor), calls.ReopenIssue(repository, number), "It failed again after its issue had been closed.", finding.CorrelationId)
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

    /// <summary>Under which it is asked for.</summary>
    public static string Key(WorkItem item) => $"{item.Occurrence}/reopen";
}
