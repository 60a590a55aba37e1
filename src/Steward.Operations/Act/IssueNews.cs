using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>
/// Says on the issue of a finding that its trouble occurred again, or that it was undone: in one comment, whose text is replaced
/// by later news. An issue that somebody closed meanwhile is opened again by what failed after that: trouble that lasts has an
/// open issue.
/// </summary>
internal sealed class IssueNews(
    Cases cases, Gate gate, GitHubIssues issues, FindingIssues found, GitHubComments comments, GitHubCalls calls, ReopenIssue reopening, Repositories repositories, TimeProvider clock) : IWorkHandler
{
    // An issue is opened within seconds, unless it waits for a person, or for GitHub to come back.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    private const string Old = "There is newer news.";

    public string Kind => ActWork.IssueNewsKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        if (IsOld(payload, finding) && !await gate.IsOpenAsync(ReopenIssue.Key(item), cancellationToken) && !await gate.IsOpenAsync(item.Occurrence, cancellationToken))
        {
            return WorkResult.Done(Old);
        }

        if (repositories.Of(finding) is not { } repository || !issues.IsConfigured)
        {
            return WorkResult.Done("No issue: GitHub is not configured.");
        }

        if (await found.OfAsync(finding, repository, cancellationToken) is not { } issue)
        {
            return clock.Now() - item.CreatedAt < Patience
                ? WorkResult.WaitUntil(clock.Now() + (clock.Now() - item.CreatedAt < Again ? Soon : Again), "The issue is not there yet.")
                : WorkResult.Refused("There is no issue to say it on.");
        }

        if (payload.Cause is not null && await reopening.TryAsync(item, finding, repository, issue, cancellationToken) is { } instead)
        {
            return instead;
        }

        var (key, text) = (ActWork.Key(finding, "issue-news"), payload.Cause is null
            ? $"**It was undone**\n\n{Fence.Around(payload.Decision.Reason)}\nWhat failed is still to be mended: the issue stays open until a later version serves well.\n"
            : $"**It failed again**\n\n{payload.Decision.Reason}");
        try
        {
            var step = await new GovernedStep(gate, clock).RunAsync(
                new CallRequest(item.Occurrence, new Actor(Cycle.Actor), calls.PutComment(repository, issue.Number, key, text), "There is news about the trouble of an issue.", finding.CorrelationId)
                {
                    WaitingWork = item.Id,
                },
                async (permit, token) =>
                {
                    if (IsOld(payload, await cases.FindAsync(finding.Id, token)))
                    {
                        throw new OvertakenException(Old);
                    }

                    var comment = await comments.PutAsync(permit, repository, issue.Number, key, text, token);
                    OperationsMeter.Acted(GitHubCalls.PutCommentAction);
                    return $"Comment {comment} says so.";
                },
                async (_, token) => await comments.IsThereAsync(repository, issue.Number, key, text, token),
                cancellationToken);
            return step.Later ?? WorkResult.Done(step.Detail);
        }
        catch (OvertakenException e)
        {
            return WorkResult.Done(e.Message);
        }
    }

    // Its place is taken by what came later.
    private static bool IsOld(ActPayload payload, Finding finding) => payload.Cause is { } cause && (finding.ClosedAt is not null || finding.LatestCause != cause);
}
