using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Agents.Factory;

/// <summary>
/// Takes a build from step to step, each written down before the next begins: a process that dies goes on where it stood.
/// The model proposes in two of the steps; in the others code decides.
/// </summary>
internal sealed class BuildLine(Database database, AuditLog audit, IEnumerable<IBuildStep> steps, AskModel model, Redactor redactor, TimeProvider clock) : IWorkHandler
{
    public const string WorkKind = "agents.build";

    // A model that is overloaded for half an hour does not end a build.
    private const int Patience = 10;

    private readonly Dictionary<BuildState, IBuildStep> steps = steps.SelectMany(step => step.States.Select(state => (state, step))).ToDictionary(pair => pair.state, pair => pair.step);

    public string Kind => WorkKind;

    // Most of a build's time is the model's.
    public int? AtOnce => 4;

    /// <summary>The work item of a build.</summary>
    /// <param name="build">The build.</param>
    /// <param name="take">Which time it is taken up, from 0.</param>
    public static NewWork Work(Build build, int take) =>
        new(WorkKind, $"{build.Id}/{take}", Json.Write(new BuildPayload(build.Id))) { CorrelationId = build.Id.ToString(), MaxAttempts = Patience };

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var build = await database.ReadAsync(session => BuildStore.FindAsync(session, item.Read<BuildPayload>().Build), cancellationToken)
            ?? throw new InvalidOperationException($"There is no build {item.Read<BuildPayload>().Build}.");
        // Two that drive one build ask, and pay for, each question twice.
        if (build.WorkId is { } own && own != item.Id)
        {
            return WorkResult.Done("Another item of the ledger goes on with this build since it was taken up again.");
        }

        while (!Build.IsEnd(build.State))
        {
            var move = await StepAsync(build, item, cancellationToken);
            // What the gate refuses for good has no end of its own.
            if (move is BuildMove.Wait { Later.IsRefusal: true } refused)
            {
                move = new BuildMove.End(refused.Build, BuildState.Refused, refused.Later.Text);
            }

            if (move is BuildMove.Wait wait)
            {
                return await SaveAsync(wait.Build with { Note = wait.Later.Text }, null, null, cancellationToken) ? wait.Later : WorkResult.Done("It was called off.");
            }

            var (next, round, text) = move switch
            {
                BuildMove.Go go => (go.Build with { State = go.Next, Note = null }, go.Round, go.Text),
                BuildMove.End end => (end.Build with { State = end.State, Note = redactor.Redact(end.Note), ClosedAt = clock.Now() }, end.Round, end.Note),
                _ => throw new InvalidOperationException("A step made a move that the line does not know."),
            };
            if (!await SaveAsync(next.State == build.State ? next : next with { StateAt = clock.Now() }, round, text, cancellationToken))
            {
                return WorkResult.Done("It was called off.");
            }

            build = next;
        }

        // Of one that was called off while no server ran, a question may have been lost.
        await model.CountAsync(build);
        return build.State is BuildState.Published or BuildState.Planned ? WorkResult.Done(build.Note) : WorkResult.Refused(build.Note ?? "It ended.");
    }

    public string CallOff(WorkItem item) => $"Call the build off: steward builds cancel {item.Read<BuildPayload>().Build}";

    private async Task<BuildMove> StepAsync(Build build, WorkItem item, CancellationToken cancellationToken)
    {
        try
        {
            return await steps[build.State].RunAsync(build, item.Id, cancellationToken);
        }
        catch (ConnectorException e) when (!e.IsTransient || item.Attempt >= item.MaxAttempts)
        {
            return await FailedAsync(build, $"The model did not answer: {e.Message} Take it up again when that has changed: steward builds resume {build.Id}", cancellationToken);
        }
        catch (ConnectorException e)
        {
            await database.WriteAsync(session => BuildStore.NoteAsync(session, build.Id, redactor.Redact($"The model does not answer and is asked again: {e.Message}")), cancellationToken);
            throw;
        }
#pragma warning disable CA1031 // It is logged by who runs the item; the build must not stand open for ever.
        catch (Exception e) when (e is not OperationCanceledException && item.Attempt >= item.MaxAttempts)
#pragma warning restore CA1031
        {
            return await FailedAsync(build, $"A mistake of Steward's own: {e.GetType().Name}: {e.Message} The log has more.", cancellationToken);
        }
    }

    // What the step wrote down before it failed stays.
    private async Task<BuildMove> FailedAsync(Build build, string why, CancellationToken cancellationToken) =>
        new BuildMove.End(await database.ReadAsync(session => BuildStore.FindAsync(session, build.Id), cancellationToken) ?? build, BuildState.Failed, why);

    private Task<bool> SaveAsync(Build build, BuildRound? round, string? text, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        await AuditLog.LockAsync(session);
        if (!await BuildStore.SaveAsync(session, build))
        {
            return false;
        }

        if (round is not null)
        {
            await BuildStore.PutRoundAsync(session, build.Id, round);
        }

        if (text is not null)
        {
            await BuildStore.SayAsync(session, build.Id, build.State, redactor.Redact(text), clock.Now());
        }

        if (build.ClosedAt is not null)
        {
            await audit.AppendAsync(session, new AuditEntry("agent.build-ended", build.CreatedBy) { Target = $"build/{build.Id}", Reason = $"{Row.EnumText(build.State)}: {build.Note}", CorrelationId = build.Id.ToString() });
        }

        return true;
    }, cancellationToken);
}

/// <summary>Which build a work item is about.</summary>
/// <param name="Build">Its id.</param>
internal sealed record BuildPayload(Guid Build);
