using Steward.Alerts;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Deploys;
using Steward.Operations.Findings;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>The findings under treatment: how a work item gets its own, and how it moves on with what that brings about.</summary>
public sealed class Cases(Database database, WorkLedger ledger, Outbox outbox, Gate gate, AuditLog audit, TimeProvider clock)
{
    // What was told of a deploy as its end and may turn out not to have been it.
    private static readonly DeployState[] Undoable = [DeployState.Succeeded, DeployState.Unverified, DeployState.Failed];
    private static readonly DeployState[] GivenUp = [DeployState.Failed];

    // Telling of trouble waits for its log, for a minute at most.
    private static readonly TimeSpan Telling = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>The finding that a work item is about, with the item's payload.</summary>
    public async Task<(Finding Finding, ActPayload Payload)> OpenAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<ActPayload>();
        return (await FindAsync(payload.Finding, cancellationToken), payload);
    }

    /// <summary>A finding as it stands now.</summary>
    public async Task<Finding> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await database.ReadAsync(session => FindingStore.FindAsync(session, id), cancellationToken) ?? throw new InvalidOperationException($"There is no finding {id}.");

    /// <summary>Moves a finding on; an occasion tells people why, once, unless the finding had ended before.</summary>
    public Task<bool> MoveAsync(Finding finding, FindingState state, string outcome, AlertOccasion? occasion, CancellationToken cancellationToken) =>
        database.WriteAsync(session => MoveAsync(session, finding, state, outcome, occasion), cancellationToken);

    /// <summary>Moves a finding on in the caller's transaction. False when it had ended before.</summary>
    public async Task<bool> MoveAsync(Session session, Finding finding, FindingState state, string outcome, AlertOccasion? occasion)
    {
        if (!await FindingStore.MoveAsync(session, finding, state, outcome, clock.Now()))
        {
            return false;
        }

        if (finding.DeploymentId is { } deployment)
        {
            await DeployedAsync(session, finding, state, outcome);
            if (occasion == AlertOccasion.PutAside || state == FindingState.Recovered)
            {
                await TellEndsAsync(session, deployment, occasion == AlertOccasion.PutAside ? AlertOccasion.PutAside : AlertOccasion.Recovered, outcome);
            }
        }

        // Who has not heard of the trouble need not hear that it is over; who is being told of it now is told both. What is put aside
        // is not told any more, and ends what was said of it all the same, which the outbox knows.
        if (occasion is { } why && (why != AlertOccasion.Recovered || await FindingStore.FindAsync(session, finding.Id) is { ToldAt: not null }))
        {
            if (why != AlertOccasion.PutAside)
            {
                await FindingStore.TellAsync(session, finding.Id, clock.Now());
            }

            await outbox.TellAsync(session, FindingAlert.Of(finding, why, outcome));
        }

        return true;
    }

    // Of an outage that was closed because something else was done about it, or somebody acted, people have not heard the end.
    private async Task TellEndsAsync(Session session, string deployment, AlertOccasion occasion, string outcome)
    {
        foreach (var closed in (await FindingStore.OfSubjectAsync(session, Finding.OfDeployment(deployment))).Where(one => one is { IsOutage: true, State: FindingState.Closed, ToldAt: not null }))
        {
            await outbox.TellAsync(session, FindingAlert.Of(closed, occasion, outcome));
        }
    }

    // What a deploy told as a success on its thread does not stay one when it had to be taken back later. The issue of what
    // was undone stays open, for what failed is still to be mended; that of what came back by itself is closed.
    private async Task DeployedAsync(Session session, Finding finding, FindingState state, string outcome)
    {
        var deployment = finding.Deployed().DeploymentId;
        var isUndone = await DeploymentStore.IsRolledBackAsync(session, deployment);
        if (state == FindingState.Recovered && finding.Has(DecisionKind.OpenIssue))
        {
            await ledger.EnqueueAsync(session, isUndone ? ActWork.IssueUndone(finding, outcome) : ActWork.CloseIssue(finding, outcome));
        }

        if (finding.Has(DecisionKind.RollBack) && (isUndone || state == FindingState.Stuck))
        {
            foreach (var deploy in await DeployStore.CorrectAsync(session, deployment, Undoable, isUndone ? DeployState.RolledBack : DeployState.Failed, $"{finding.Summary} {outcome}", clock.Now()))
            {
                await ReportDeploy.CommentAsync(session, ledger, deploy, finding.Cause);
            }
        }
    }

    /// <summary>
    /// Has the issue closed of a finding that ended while it was being opened: who closes issues then may not have seen it. That of
    /// what was rolled back stays open, and so does that of a deployment that was put aside unless a person says that it is over.
    /// </summary>
    public Task CloseLateIssueAsync(Finding finding, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        if (await FindingStore.FindAsync(session, finding.Id) is { } over && over switch
        {
            { EndedAs: { } end } => end == FindingEnd.ByPerson || over.DeploymentId is null,
            { State: FindingState.Recovered } => !over.Has(DecisionKind.RollBack),
            _ => false,
        })
        {
            await ledger.EnqueueAsync(session, ActWork.CloseIssue(finding, over.Outcome ?? "", "close-issue-late"));
        }
    }, cancellationToken);

    /// <summary>
    /// A deployment is known good. What was told of it as a failure because it came late is told as what it is. The issues of
    /// what failed before it are closed, unless it is of a version that was there before the failure, for then it is what was
    /// gone back to and mends nothing.
    /// </summary>
    /// <param name="session">The transaction in which that is written.</param>
    /// <param name="good">The deployment.</param>
    /// <param name="hasAnswered">True when the service itself said so; false when only the provider did.</param>
    /// <param name="history">The deployments of its service as they were known before.</param>
    public async Task MendedAsync(Session session, Deployment good, bool hasAnswered, IReadOnlyList<Deployment> history)
    {
        var late = $"Deployment {good.Id} ({good.Version ?? "version unknown"}) came up late and serves since {UtcTime.ToText(good.StateAt)}{(hasAnswered ? "" : "; the provider says so, the service itself was not asked")}. It had been given up before.";
        foreach (var deploy in await DeployStore.CorrectAsync(session, good.Id, GivenUp, hasAnswered ? DeployState.Succeeded : DeployState.Unverified, late, clock.Now()))
        {
            await DeploySaga.WriteEndAsync(session, audit, deploy, Cycle.Actor);
            await ReportDeploy.AskAsync(session, ledger, outbox, deploy, "late");
        }

        var outcome = $"{good.Service} serves well with deployment {good.Id} ({good.Version ?? "version unknown"}), which came after it.";
        foreach (var failed in history.Where(one => one.Id != good.Id && one.CreatedAt < good.CreatedAt))
        {
            await TellEndsAsync(session, failed.Id, AlertOccasion.Recovered, outcome);
            if (IsOf(good.Version, history.Where(before => before.CreatedAt <= failed.CreatedAt)))
            {
                continue;
            }

            foreach (var finding in await FindingStore.OfSubjectAsync(session, Finding.OfDeployment(failed.Id)))
            {
                if (finding.Has(DecisionKind.OpenIssue) && finding.ClosedAt is not null)
                {
                    await ledger.EnqueueAsync(session, ActWork.CloseIssue(finding, outcome));
                }
            }
        }
    }

    // One that does not say what it is may be anything.
    private static bool IsOf(string? version, IEnumerable<Deployment> deployments) => version is null || deployments.Any(one => one.Version == version);

    /// <summary>
    /// Ends a finding because what it is about is over: people hear of it, its issue is closed, and what was asked about it is called
    /// off. One whose recovery has begun ends with that.
    /// </summary>
    public Task EndAsync(Finding finding, Verdict.Over over, CancellationToken cancellationToken) =>
        database.WriteAsync(session => EndAsync(session, finding, over), cancellationToken);

    /// <summary>The same in the caller's transaction. False when its recovery has begun, or it had ended before.</summary>
    public async Task<bool> EndAsync(Session session, Finding finding, Verdict.Over over)
    {
        var merge = ActWork.Key(finding, ActWork.MergeStep);
        if (over.IsCalledOff && await Gate.IsOpenAsync(session, merge))
        {
            // Whether it was merged is being found out: whoever does ends it, and tells who allowed it.
            return false;
        }

        var isLetDown = over.IsCalledOff && await Gate.IsAllowedAsync(session, merge);
        var (outcome, recovered) = (isLetDown ? $"{finding.Summary} It was allowed to be merged, and was not merged: {over.Outcome} It is not tried again: what is pushed to it is proposed anew, and it can be merged by hand." : over.Outcome, over.State == FindingState.Recovered);
        // What is stuck waits for nothing that it began.
        foreach (var step in finding.State == FindingState.Stuck ? [] : ActWork.Recovering)
        {
            if (await gate.WithdrawAsync(session, ActWork.Key(finding, step), outcome) == Withdrawal.Begun)
            {
                return false;
            }
        }

        if (over.IsUndone)
        {
            await DeploymentStore.MarkAsync(session, finding.Deployed().DeploymentId, DeploymentState.RolledBack, clock.Now());
        }

        var occasion = over.End is not null ? AlertOccasion.PutAside : recovered ? AlertOccasion.Recovered : isLetDown ? AlertOccasion.Stuck : (AlertOccasion?)null;
        if (!await MoveAsync(session, finding, over.State, outcome, occasion))
        {
            return false;
        }

        if (over.End is { } end)
        {
            await FindingStore.EndedAsAsync(session, finding.Id, end);
        }
        else if (over.IsTrusted)
        {
            await DeploymentStore.TrustAsync(session, finding.Deployed().DeploymentId);
        }

        if ((recovered || over.End is not null) && finding.DeploymentId is null)
        {
            await ledger.EnqueueAsync(session, ActWork.CloseIssue(finding, outcome));
        }

        // What a person was asked about it need not be decided any more.
        foreach (var step in ActWork.Asked)
        {
            await gate.WithdrawAsync(session, ActWork.Key(finding, step), outcome);
        }

        return true;
    }

    /// <summary>
    /// Moves a finding on after its governed step, as <see cref="LaterAsync(Finding, WorkResult, CancellationToken)"/> does. People who
    /// are told of the trouble are told as well what its recovery waits for: a person, or the end of a stop. What the work item says
    /// then: soon again, when they have yet to hear of the trouble itself.
    /// </summary>
    public async Task<WorkResult> LaterAsync(Finding finding, StepOutcome step, CancellationToken cancellationToken)
    {
        if ((step.Later!.IsRefusal || step.Blocked is not null) && finding.ToldAt is null && finding.Has(DecisionKind.Alert) && clock.Now() < finding.OpenedAt + Telling)
        {
            return WorkResult.WaitUntil(clock.Now() + Moment, $"People are told of the trouble first. {step.Later.Text}");
        }

        await TellLaterAsync(finding, step, cancellationToken);
        return step.Later;
    }

    private Task TellLaterAsync(Finding finding, StepOutcome step, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        var later = step.Later!;
        if (later.IsRefusal)
        {
            await MoveAsync(session, finding, FindingState.Stuck, later.Text, AlertOccasion.Stuck);
            return;
        }

        if (await MoveAsync(session, finding, FindingState.Waiting, later.Text, null) && finding.Has(DecisionKind.Alert))
        {
            switch (step.Blocked)
            {
                case GateAnswer.Waiting asked:
                    await outbox.TellAsync(session, FindingAlert.Of(finding, AlertOccasion.Waiting,
                        $"{finding.Summary} Nothing is done before a person decides, by {asked.Until:u}: {asked.Reason}\nTo allow it: steward approvals approve {asked.ApprovalId}\nTo refuse it: steward approvals deny {asked.ApprovalId}"));
                    break;
                case GateAnswer.Held held:
                    await outbox.TellAsync(session, FindingAlert.Of(finding, AlertOccasion.Held, $"{finding.Summary} Nothing is done about it while the stop is on. {held.Reason}"));
                    break;
                default:
                    break;
            }
        }
    }, cancellationToken);

    /// <summary>Moves a finding on after its governed step: refused for good means stuck, anything else waits.</summary>
    public Task LaterAsync(Finding finding, WorkResult later, CancellationToken cancellationToken) => later.IsRefusal
        ? MoveAsync(finding, FindingState.Stuck, later.Text, AlertOccasion.Stuck, cancellationToken)
        : MoveAsync(finding, FindingState.Waiting, later.Text, null, cancellationToken);
}
