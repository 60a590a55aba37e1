using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Causes;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Opens one issue for a finding, with its evidence and its cause, redacted and fenced.</summary>
internal sealed class OpenIssue(
    Cases cases, CauseFinder causes, CauseSummary summaries, Gate gate, GitHubIssues issues, GitHubComments comments, GitHubCalls calls,
    ReopenIssue reopening, FindingIssues found, FindingLinks links, Repositories repositories, TimeProvider clock) : IWorkHandler
{
    private const string Over = "It was over before an issue was opened.";
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    public string Kind => ActWork.IssueKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        var key = ActWork.Key(finding, ActWork.IssueStep);
        var hasBegun = await gate.IsOpenAsync(key, cancellationToken);
        if (IsOver(finding) && !hasBegun)
        {
            return WorkResult.Done(Over);
        }

        if (repositories.Of(finding) is not { } repo || !issues.IsConfigured)
        {
            return await DoneAsync(finding, "No issue: GitHub is not configured (GitHub:Repository, and an App or GitHub:Token).", cancellationToken);
        }

        // One that was begun is taken to its end, whatever came to be there meanwhile.
        switch (hasBegun ? default : await found.EarlierAsync(finding, repo, cancellationToken))
        {
            case { Issue: { } known }:
                return await AddAsync(item, finding, repo, known, payload.Decision.Reason, cancellationToken);
            case { IsOnItsWay: true }:
                return WorkResult.WaitUntil(clock.Now() + Again, "The issue about the same deployment is not there yet.");
            default:
                break;
        }

        var cause = await causes.OfAsync(finding, cancellationToken);
        cause = cause is null ? null : await summaries.AddAsync(finding, cause, cancellationToken);
        var draft = new IssueDraft(key, IssueText.Title(finding), IssueText.Body(finding, payload.Decision.Reason, cause, await links.OfAsync(finding, cancellationToken)), [finding.Severity]);
        StepOutcome step;
        try
        {
            step = await new GovernedStep(gate, clock).RunAsync(
                new CallRequest(key, new Actor(Cycle.Actor), calls.CreateIssue(repo, draft), payload.Decision.Reason, finding.CorrelationId)
                {
                    Evidence = finding.Evidence,
                    Confidence = payload.Decision.Confidence,
                    WaitingWork = item.Id,
                },
                async (permit, token) =>
                {
                    if (IsOver(await cases.FindAsync(finding.Id, token)))
                    {
                        throw new OvertakenException(Over);
                    }

                    if (hasBegun && await found.EarlierAsync(finding, repo, token) is { Issue: not null })
                    {
                        throw new OvertakenException("The issue about the same deployment is there by now.") { IsForNow = true };
                    }

                    var issue = await issues.CreateIssueAsync(permit, repo, draft, token);
                    OperationsMeter.Acted(GitHubCalls.CreateIssueAction);
                    return $"Issue #{issue.Number} was opened.";
                },
                async (_, token) => await issues.FindIssueAsync(repo, key, token) is not null,
                cancellationToken);
        }
        catch (OvertakenException e)
        {
            return e.IsForNow ? WorkResult.WaitUntil(clock.Now() + Again, e.Message) : WorkResult.Done(e.Message);
        }

        if (step.Later is { } later)
        {
            if (later.IsRefusal)
            {
                await EndToldAsync(finding, $"No issue: {later.Text}", cancellationToken);
            }

            return later;
        }

        await cases.CloseLateIssueAsync(finding, cancellationToken);
        return await DoneAsync(finding, step.Detail ?? "The issue was opened.", cancellationToken);
    }

    // The issue of what a deployment did says what was undone, too.
    private static bool IsOver(Finding finding) => finding.EndedAs is not null || (finding.State == FindingState.Recovered && finding.DeploymentId is null);

    private async Task<WorkResult> AddAsync(WorkItem item, Finding finding, GitHubRepo repo, GitHubIssue known, string reason, CancellationToken cancellationToken)
    {
        var issue = known.Number;
        if (await reopening.TryAsync(item, finding, repo, known, cancellationToken) is { } instead)
        {
            return instead;
        }

        var (key, text) = (ActWork.Key(finding, "issue-more"), $"**More about it**\n\n{Fence.Around($"{finding.Summary}\n\nDecided: {reason}")}");
        var step = await new GovernedStep(gate, clock).RunAsync(
            new CallRequest(key, new Actor(Cycle.Actor), calls.PutComment(repo, issue, key, text), "There is more about the trouble of an issue.", finding.CorrelationId) { WaitingWork = item.Id },
            async (permit, token) => $"Comment {await comments.PutAsync(permit, repo, issue, key, text, token)} on issue #{issue} says more.",
            async (_, token) => await comments.IsThereAsync(repo, issue, key, text, token),
            cancellationToken);
        if (step.Later is { } later)
        {
            return later;
        }

        await cases.CloseLateIssueAsync(finding, cancellationToken);
        return await DoneAsync(finding, step.Detail ?? "The issue says more.", cancellationToken);
    }

    private async Task<WorkResult> DoneAsync(Finding finding, string note, CancellationToken cancellationToken)
    {
        await EndToldAsync(finding, note, cancellationToken);
        return WorkResult.Done(note);
    }

    // Where something else serves well, people need only be told of a deployment: that ends when they were, with an issue or
    // without. Anything else ends when it is over.
    private async Task EndToldAsync(Finding finding, string note, CancellationToken cancellationToken)
    {
        if (finding is { DeploymentId: not null, IsOutage: false, IsOnlyTold: true })
        {
            await cases.MoveAsync(finding, FindingState.Closed, note, null, cancellationToken);
        }
    }
}
