using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;
using Steward.Agents.Tools;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;
using Steward.Sandboxing;

namespace Steward.Agents.Runs;

/// <summary>Why a run is to be: the payload of its work item.</summary>
/// <param name="AgentId">Whose.</param>
/// <param name="Trigger">Why.</param>
/// <param name="Payload">What came with it from outside.</param>
internal sealed record RunWish(Guid AgentId, Trigger Trigger, string? Payload = null);

/// <summary>
/// Runs an agent once, in a box of its own, from its work item to its result. After a crash it runs again: what it did to
/// the outside by tools goes through the gate and the outbox, which know a repeat.
/// </summary>
internal sealed class RunAgent(
    Database database, ParkedBoxes boxes, Sandbox sandbox, ToolList tools, CallRates rates, Redactor redactor, IOptions<AgentsOptions> options, TimeProvider clock) : IWorkHandler
{
    public const string WorkKind = "agents.run";

    // What the agent's token leaves it to say good-bye before it is killed.
    private static readonly TimeSpan Notice = TimeSpan.FromMilliseconds(500);
    // 128 and SIGABRT, by which .NET ends itself.
    private const int Aborted = 134;

    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(1);

    public string Kind => WorkKind;

    public int? AtOnce => options.Value.AtOnce;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var wish = item.Read<RunWish>();
        var (agent, version, handoff) = await database.ReadAsync(async session =>
        {
            var agent = await AgentStore.FindAsync(session, wish.AgentId);
            return (agent, agent is null ? null : await AgentStore.VersionAsync(session, agent.Id, agent.Version), await AgentStore.HandoffAsync(session, wish.AgentId));
        }, cancellationToken);
        if (agent is null || version is null)
        {
            return WorkResult.Refused("The agent is not there any more.");
        }

        if (agent.State == AgentState.Paused && wish.Trigger != Trigger.Hand)
        {
            return WorkResult.Refused("Skipped: the agent is paused.");
        }

        var state = await sandbox.StateAsync();
        var begun = await database.WriteAsync(async session =>
        {
            if (await AgentStore.BeginRunAsync(session, agent.Id, item.Id) is not { } number)
            {
                return null;
            }

            var run = new Run(item.Id, agent.Id, number, version.Version, wish.Trigger, RunState.Running, item.Attempt, null, state.Text, 0, item.DueAt, clock.Now(), null, item.CorrelationId);
            await RunStore.PutAsync(session, run);
            return run;
        }, cancellationToken);
        if (begun is null)
        {
            return WorkResult.WaitUntil(clock.Now() + Overlap, "Waits: another run of the agent is going on.");
        }

        var isLast = item.Attempt > Math.Min(version.Declaration.Limits.Retries, item.MaxAttempts - 1);
        var (end, text) = await RunAsync(agent, version.Declaration, begun, wish, handoff, isLast, cancellationToken);
        // The ledger tries again what failed; what was refused or called off stays as it is.
        return end switch
        {
            RunState.Succeeded => WorkResult.Done(text),
            RunState.Refused or RunState.Cancelled => WorkResult.Refused(text),
            _ when isLast && item.Attempt < item.MaxAttempts => WorkResult.Refused(text),
            _ => throw new RunFailedException(text),
        };
    }

    private async Task<(RunState State, string Text)> RunAsync(Agent agent, Declaration declaration, Run run, RunWish wish, string? handoff, bool isLast, CancellationToken cancellationToken)
    {
        var belt = new ToolBelt(tools, rates, new ToolCaller(agent, declaration, run.Id, run.CorrelationId), clock);
        var server = new RunServer(belt, clock);
        var (state, text) = (RunState.Failed, "");
        var started = await boxes.TakeAsync(declaration.Limits);
        if (started.IsRefused)
        {
            (state, text) = (RunState.Failed, started.Refusal.Message);
        }
        else
        {
            await using var box = started.Value;
            (state, text) = await HostAsync(box, agent, declaration, run, wish, handoff, server, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        text = redactor.Redact(text);
        await database.WriteAsync(async session =>
        {
            // What failed and is tried again is not over.
            var shown = isLast || state is RunState.Succeeded or RunState.Refused or RunState.Cancelled ? state : RunState.Queued;
            await RunStore.EndAsync(session, run.Id, shown, text, belt.Calls, clock.Now());
            await RunStore.AddUseAsync(session, run.Id, agent.Id, belt.Uses);
            await AgentStore.EndRunAsync(session, agent.Id, run.Id);
            if (server.Report?.Handoff is { } next && state == RunState.Succeeded)
            {
                await AgentStore.SetHandoffAsync(session, agent.Id, next);
            }

            session.Announce(RunLog.Topic);
        }, CancellationToken.None);
        return (state, text);
    }

    private async Task<(RunState State, string Text)> HostAsync(
        RunningBox box, Agent agent, Declaration declaration, Run run, RunWish wish, string? handoff, RunServer server, CancellationToken cancellationToken)
    {
        var ending = box.WaitAsync(cancellationToken);
        var already = (int)await database.ReadAsync(session => RunStore.LinesAsync(session, run.Id), cancellationToken);
        var log = new RunLog(database, redactor, clock, run.Id, already);
        var logging = log.ReadAsync(box.Errors);
        try
        {
            var assembly = await database.ReadAsync(session => AgentStore.AssemblyAsync(session, agent.Id, run.Version), cancellationToken);
            var job = Json.Write(new
            {
                assembly,
                run = new { agent = agent.Name, id = run.Id, number = run.Number, attempt = run.Attempt, trigger = run.Trigger, payload = wish.Payload },
                settings = SettingValues.Of(declaration, agent.Settings),
                handoff = handoff is null ? (JsonElement?)null : JsonSerializer.Deserialize<JsonElement>(handoff),
                seconds = (declaration.Limits.Time - Notice).TotalSeconds,
            });
            await box.Input.WriteAsync(Encoding.UTF8.GetBytes(job + "\n"), cancellationToken);
            await box.Input.FlushAsync(cancellationToken);
            await server.ServeAsync(box, cancellationToken);
        }
        catch (IOException)
        {
            // The box ended, or it sends more than it may: then this ends it.
            box.Kill();
        }

        var end = await ending;
        await logging;
        if (end is { Kind: BoxEndKind.Exited, ExitCode: Aborted } && log.SaysOutOfMemory)
        {
            end = end with { Kind = BoxEndKind.OutOfMemory };
        }

        // Who stays after his result is ended, and the result counts.
        var isEnded = end.Kind is BoxEndKind.Exited || (end.Kind is BoxEndKind.Cancelled && !cancellationToken.IsCancellationRequested);
        return server.HasSentTooMuch ? (RunState.Failed, "The agent sent more than it may, and its process was ended.")
            : server.Report is { } report && isEnded ? (report.IsSuccess ? RunState.Succeeded : report.RanOutOfMemory ? RunState.OutOfMemory : RunState.Failed, report.Text)
            : (end.Kind switch
        {
            BoxEndKind.TimedOut => RunState.TimedOut,
            BoxEndKind.OutOfMemory => RunState.OutOfMemory,
            BoxEndKind.OutOfProcessorTime => RunState.OutOfProcessorTime,
            _ => RunState.Failed,
        }, $"The agent's process ended without a result: {end.Text}.");
    }
}

/// <summary>A run failed and may be tried again.</summary>
internal sealed class RunFailedException(string message) : Exception(message);
