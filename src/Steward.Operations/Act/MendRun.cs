using System.Globalization;
using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Causes;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>
/// A run of CI failed: reads why, runs the failed jobs once more where that may help and the budget allows, and follows
/// them to their end; otherwise an issue is opened and people are told. That the run is green in the end is for the loop
/// to see, whoever made it so.
/// </summary>
internal sealed class MendRun(
    Cases cases, CauseFinder causes, Database database, WorkLedger ledger, Gate gate, GitHubWorkflows workflows, GitHubCalls calls, WatchLoop loop,
    IOptions<OperationsOptions> options, TimeProvider clock) : IWorkHandler
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // A job of GitHub's own runners ends after six hours at the latest (GitHub's documentation of usage limits).
    private static readonly TimeSpan LongestRun = TimeSpan.FromHours(6);

    // GitHub shows a re-run a moment after it took it; a person may have needed an hour to allow it.
    private static readonly TimeSpan UntilShown = TimeSpan.FromMinutes(90);

    // A run may be over before its log can be had.
    private static readonly TimeSpan UntilLog = TimeSpan.FromSeconds(30);

    public string Kind => ActWork.MendKind;

    public string CallOff(WorkItem item) => ActWork.CallOff(item);

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        var task = new Mending(item, finding, payload, GitHubRepo.Parse(finding.Service), long.Parse(payload.Decision.Target!, CultureInfo.InvariantCulture));
        if (finding.ClosedAt is not null && !await gate.IsOpenAsync(task.Key, cancellationToken))
        {
            return WorkResult.Done("It is over.");
        }

        var run = await workflows.FindRunAsync(task.Repository, task.RunId, cancellationToken);
        if (run is { Attempt: > 1 })
        {
            await gate.SawAsync(task.Key, $"Run {run.Id} is in attempt {run.Attempt}.", cancellationToken);
        }

        switch (run)
        {
            case null:
                return await TellAsync(task, null, "The run is gone from GitHub.", cancellationToken);
            case { State: GitHubRunState.Queued or GitHubRunState.Running }:
                return clock.Now() - item.CreatedAt < LongestRun
                    ? WorkResult.WaitUntil(clock.Now() + options.Value.PollInterval, $"Run {run.Id} is being run again (attempt {run.Attempt}).")
                    : await TellAsync(task, null, $"It was run again and has not ended for {LongestRun.TotalHours:0} hours.", cancellationToken);
            case { State: GitHubRunState.Green }:
                await loop.LookNowAsync(cancellationToken);
                return WorkResult.Done($"Run {run.Id} is green in attempt {run.Attempt}.");
            case { State: GitHubRunState.Red, Attempt: 1 }:
                return await FirstAsync(task, cancellationToken);
            default:
                return await TellAsync(task, await ReadAsync(task, cancellationToken), $"It was run again and is {Word(run.State)} in attempt {run.Attempt}.", cancellationToken);
        }
    }

    private async Task<WorkResult> FirstAsync(Mending task, CancellationToken cancellationToken)
    {
        var cause = task.IsFirst ? task.Finding.RootCause : null;
        if (cause is null)
        {
            cause = await ReadAsync(task, cancellationToken);
            if (cause is null && clock.Now() - task.Item.CreatedAt < UntilLog)
            {
                return WorkResult.WaitUntil(clock.Now() + options.Value.VerifyInterval, "The log is not there yet.");
            }

            cause = task.IsFirst ? await causes.KeepAsync(task.Finding, cause ?? Cause.Unread("GitHub has no log"), cancellationToken) : cause;
        }

        if (cause is not { IsTransient: true })
        {
            return await TellAsync(task, cause, "Running it again would most likely fail again.", cancellationToken);
        }

        var limit = options.Value.CiRerunsPerHour;
        if (await database.WriteAsync(session => BudgetStore.TakeAsync(session, BudgetStore.Reruns, task.Cause, limit, Hour, clock.Now()), cancellationToken) is not { } taken)
        {
            return await TellAsync(task, cause, $"It may pass when it is run again, but the {limit} re-runs of this hour are used up. Manual intervention required.", cancellationToken);
        }

        if (await RerunAsync(task, cause, cancellationToken) is { } otherwise)
        {
            return otherwise;
        }

        return clock.Now() - taken < UntilShown
            ? await WaitAsync(task, FindingState.Recovering, WorkResult.WaitUntil(clock.Now() + options.Value.VerifyInterval, $"The failed jobs of run {task.RunId} are run again: {cause.Meaning}"), cancellationToken)
            : await TellAsync(task, cause, "GitHub took a re-run and does not show it.", cancellationToken);
    }

    // Null when GitHub took it.
    private async Task<WorkResult?> RerunAsync(Mending task, Cause cause, CancellationToken cancellationToken)
    {
        try
        {
            var step = await new GovernedStep(gate, clock).RunAsync(Request(task, cause),
                async (permit, token) =>
                {
                    if ((await cases.FindAsync(task.Finding.Id, token)).ClosedAt is not null)
                    {
                        throw new OvertakenException("It is over.");
                    }

                    if (await workflows.FindRunAsync(task.Repository, task.RunId, token) is not { State: GitHubRunState.Red, Attempt: 1 })
                    {
                        throw new OvertakenException("Somebody runs it again already.");
                    }

                    await workflows.RerunFailedJobsAsync(permit, task.Repository, task.RunId, token);
                    OperationsMeter.Acted(GitHubCalls.RerunAction);
                    return "GitHub runs the failed jobs again.";
                },
                async (_, token) => (await workflows.FindRunAsync(task.Repository, task.RunId, token))?.Attempt > 1,
                cancellationToken);
            return step.Later switch
            {
                null => null,
                { IsRefusal: true } refused => await UnusedAsync(task, cause, $"It was not run again: {refused.Text}", cancellationToken),
                var later => await WaitAsync(task, FindingState.Waiting, later, cancellationToken),
            };
        }
        catch (OvertakenException e)
        {
            return WorkResult.WaitUntil(clock.Now() + options.Value.VerifyInterval, e.Message);
        }
        catch (ConnectorException e) when (!e.IsTransient || task.Item.Attempt >= task.Item.MaxAttempts)
        {
            return await UnusedAsync(task, cause, $"It could not be run again: {e.Message}", cancellationToken);
        }
    }

    private async Task<WorkResult> UnusedAsync(Mending task, Cause cause, string why, CancellationToken cancellationToken)
    {
        await database.WriteAsync(session => BudgetStore.ReturnAsync(session, BudgetStore.Reruns, task.Cause), cancellationToken);
        return await TellAsync(task, cause, why, cancellationToken);
    }

    private CallRequest Request(Mending task, Cause cause) => new(
        task.Key, new Actor(Cycle.Actor), calls.RerunFailedJobs(task.Repository, task.RunId), $"{task.Payload.Decision.Reason} {cause.Meaning}", task.Finding.CorrelationId)
    {
        Evidence = [.. task.Finding.Evidence, .. cause.Lines],
        WaitingWork = task.Item.Id,
    };

    // As long as GitHub may answer later, it is worth waiting: only the log says whether another run may help.
    private async Task<Cause?> ReadAsync(Mending task, CancellationToken cancellationToken)
    {
        try
        {
            return await causes.OfRunAsync(task.Repository, task.RunId, cancellationToken);
        }
        catch (ConnectorException e) when (!e.IsTransient || task.Item.Attempt >= task.Item.MaxAttempts)
        {
            return Cause.Unread($"the log could not be read: {e.Message}");
        }
    }

    private async Task<WorkResult> WaitAsync(Mending task, FindingState state, WorkResult wait, CancellationToken cancellationToken)
    {
        if (task.Finding.State != state || task.Finding.Outcome != wait.Text)
        {
            await cases.MoveAsync(task.Finding, state, wait.Text, null, cancellationToken);
        }

        return wait;
    }

    // The finding stays open until the workflow is green; whoever mends it is not Steward.
    private Task<WorkResult> TellAsync(Mending task, Cause? cause, string why, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        var reason = $"{task.Payload.Decision.Reason} {why}";
        if (await cases.MoveAsync(session, task.Finding, FindingState.Open, why, null))
        {
            if (task.IsFirst && cause is not null)
            {
                await FindingStore.KeepCauseAsync(session, task.Finding.Id, task.Finding.RootCause, cause);
            }

            await ledger.EnqueueAsync(session, ActWork.For(task.Finding, new Decision(DecisionKind.OpenIssue, 9, reason, 1)));
            await ledger.EnqueueAsync(session, ActWork.For(task.Finding, new Decision(DecisionKind.Alert, 9, reason, 1)));
            if (!task.IsFirst)
            {
                // The reason may quote GitHub's own words.
                var news = $"{Fence.Around(reason)}{(cause is null ? "" : $"\n{CauseText.Markdown(cause)}")}";
                await ledger.EnqueueAsync(session, ActWork.IssueNews(task.Finding, new Decision(DecisionKind.OpenIssue, 7, news, 1), task.Cause));
            }
        }

        return WorkResult.Done(why);
    }, cancellationToken);

    private static string Word(GitHubRunState state) => state switch
    {
        GitHubRunState.Red => "red again",
        GitHubRunState.Cancelled => "cancelled",
        _ => "neither red nor green",
    };

    private sealed record Mending(WorkItem Item, Finding Finding, ActPayload Payload, GitHubRepo Repository, long RunId)
    {
        public string Cause => Payload.Cause ?? Finding.Cause;

        /// <summary>Under which the re-run is asked for.</summary>
        public string Key => $"{Cause}/{ActWork.RerunStep}";

        public bool IsFirst => Payload.Cause is null;
    }
}
