using Steward.Agents.Declarations;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Agents.Factory;

/// <summary>What people do to a build that is there: answer it, call it off, take it up again. Audited.</summary>
internal sealed class ChangeBuild(Database database, WorkLedger ledger, Gate gate, AuditLog audit, Redactor redactor, TimeProvider clock)
{
    private const int LongestAnswer = 2000;

    /// <summary>Answers its question.</summary>
    public Task<Outcome<Build>> AnswerAsync(Guid id, string? answer, Actor by, CancellationToken cancellationToken) => ChangeAsync(id, async (session, build) =>
    {
        if (build.State != BuildState.Asking || build.Talk is not [.., { Answer: null } open])
        {
            return Wrong(build, "it asks nothing");
        }

        var text = answer?.Trim() ?? "";
        if (text.Length is 0 or > LongestAnswer || text.Contains('\0', StringComparison.Ordinal))
        {
            return Refusal.Invalid("answer", $"The answer must have 1 to {LongestAnswer:N0} characters of text.");
        }

        var answered = build with { Talk = [.. build.Talk.SkipLast(1), open with { Answer = redactor.Redact(text) }], Note = null };
        await BuildStore.SaveAsync(session, answered);
        await SayAsync(session, answered, "agent.build-answered", by, $"Answered by {by}.");
        await WakeAsync(session, id);
        return answered;
    }, cancellationToken);

    /// <summary>Calls it off, and with it what people were asked about it. What was published stays.</summary>
    public Task<Outcome<Build>> CancelAsync(Guid id, Actor by, CancellationToken cancellationToken) => ChangeAsync(id, async (session, build) =>
    {
        if (build.ClosedAt is not null)
        {
            return Wrong(build, "it is over");
        }

        var reason = $"Called off by {by}.";
        if (await gate.WithdrawAsync(session, PublishStep.Key(build), reason) == Withdrawal.Begun)
        {
            return Wrong(build, "its agent is being published at this moment; delete that when it is there");
        }

        await gate.WithdrawAsync(session, AskModel.Key(build), reason);
        var cancelled = build with { State = BuildState.Cancelled, Note = reason, StateAt = clock.Now(), ClosedAt = clock.Now() };
        await BuildStore.SaveAsync(session, cancelled);
        await SayAsync(session, cancelled, "agent.build-cancelled", by, reason);
        await WakeAsync(session, id);
        return cancelled;
    }, cancellationToken);

    /// <summary>Takes one up again that failed or was refused, where it stood: what was understood and written is kept.</summary>
    public Task<Outcome<Build>> ResumeAsync(Guid id, Actor by, CancellationToken cancellationToken) => ChangeAsync(id, async (session, build) =>
    {
        if (build.State is not (BuildState.Failed or BuildState.Refused or BuildState.Planned))
        {
            return Wrong(build, build.ClosedAt is null ? "it goes on" : "there is nothing to take up again");
        }

        // What can not be published any more is not paid for.
        if (build.Blueprint is { } plan
            && (await ReadAgent.ChangedAsync(session, build) ?? await ReadAgent.PassedAsync(session, build, plan.Schedule is { } words ? DeclarationReader.ReadSchedule(words).Value : null, clock.Now())) is { } over)
        {
            return Wrong(build, over.TrimEnd('.'));
        }

        var rounds = await BuildStore.RoundsAsync(session, id);
        var state = rounds is [.., { Findings: [] }] ? BuildState.Publishing
            : rounds is [.., { Findings: null }] ? BuildState.Checking
            : build.Blueprint is null ? BuildState.Understanding
            : rounds.Count > 0 ? BuildState.Repairing
            : BuildState.Writing;
        // What was asked before is another question.
        var work = await ledger.EnqueueAsync(session, BuildLine.Work(build, build.Questions + 1));
        await BuildStore.ReopenAsync(session, build with { State = state, Questions = build.Questions + 1, FirstRound = build.Round, WorkId = work }, clock.Now());
        await SayAsync(session, build with { State = state }, "agent.build-resumed", by, $"Taken up again by {by}.");
        return (await BuildStore.FindAsync(session, id))!;
    }, cancellationToken);

    private Task<Outcome<Build>> ChangeAsync(Guid id, Func<Session, Build, Task<Outcome<Build>>> change, CancellationToken cancellationToken) => database.WriteAsync<Outcome<Build>>(async session =>
    {
        await AuditLog.LockAsync(session);
        return await BuildStore.FindAsync(session, id) is { } build ? await change(session, build) : Refusal.NotFound("build", id);
    }, cancellationToken);

    private async Task SayAsync(Session session, Build build, string kind, Actor by, string text)
    {
        await BuildStore.SayAsync(session, build.Id, build.State, text, clock.Now());
        await audit.AppendAsync(session, new AuditEntry(kind, by.Name) { Target = $"build/{build.Id}", Reason = text, CorrelationId = build.Id.ToString() });
    }

    private async Task WakeAsync(Session session, Guid id)
    {
        if (await BuildStore.WorkAsync(session, id) is { } item)
        {
            await WorkLedger.WakeAsync(session, item, clock.Now());
        }
    }

    private static Refusal Wrong(Build build, string why) => new(RefusalKind.Conflict, "wrong-state", $"Build {build.Id} is {Row.EnumText(build.State)}: {why}. {build.Note}".TrimEnd());
}
