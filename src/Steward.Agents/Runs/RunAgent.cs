using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Agents.Browsing;
using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;
using Steward.Agents.Tools;
using Steward.Agents.Workshop;
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
/// <param name="Depth">How many runs of other agents led to it, one after the other.</param>
internal sealed record RunWish(Guid AgentId, Trigger Trigger, string? Payload = null, int Depth = 0);

/// <summary>
/// Runs an agent once, in a box of its own, from its work item to its result. After a crash it runs again: what it did to
/// the outside by tools goes through the gate and the outbox, which know a repeat.
/// </summary>
internal sealed partial class RunAgent(
    Database database, BeginRun begin, EndRun end, ParkedBoxes boxes, ToolList tools, CallRates rates, LargeMessages large, Browsers browsers, Redactor redactor, IOptions<AgentsOptions> options, TimeProvider clock,
    ILogger<RunAgent> log) : IWorkHandler
{
    public const string WorkKind = "agents.run";

    /// <summary>More than a run ever asks for: how often it is tried is decided here, by what became of each attempt.</summary>
    public const int MaxAttempts = 100;

    // What the agent's token leaves it to say good-bye before it is killed.
    private static readonly TimeSpan Notice = TimeSpan.FromMilliseconds(500);

    // 128 and SIGABRT, by which .NET ends itself.
    private const int Aborted = 134;

    // Covers a cancellation whose news were lost on their way from another node.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public string Kind => WorkKind;

    public int? AtOnce => options.Value.AtOnce;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var wish = item.Read<RunWish>();
        var (begun, otherwise) = await begin.HandleAsync(item, wish, cancellationToken);
        if (begun is null)
        {
            return otherwise!;
        }

        var caller = new ToolCaller(begun.Agent, begun.Declaration, begun.Run.Id, begun.Run.CorrelationId, begun.Run.Attempt)
        {
            Occasions = new RunOccasions($"{begun.Run.Id}/{begun.Run.Forgiven}", begun.Run.Attempt, begun.Since),
            Reading = new SemaphoreSlim(1),
        };
        await using var browser = browsers.For(host => HttpGet.MayReach(caller, begun.Declaration.Tools.BrowserHosts, host), begun.Declaration.Limits.Time);
        var belt = new ToolBelt(database, tools, rates, caller with { Browser = browser }, clock);
        var server = new RunServer(belt, large, clock);
        var (state, text) = (RunState.Failed, "");
        using (var cancelled = new RunCancellation(database, begun.Run.Id, clock, Look, cancellationToken))
        {
            try
            {
                var started = await boxes.TakeAsync(begun.Language, begun.Declaration.Limits);
                if (started.IsRefused)
                {
                    (state, text) = (RunState.Failed, started.Refusal.Message);
                }
                else
                {
                    await using var box = started.Value;
                    (state, text) = await HostAsync(box, begun, wish, server, belt, cancelled.Token);
                    await browser.DisposeAsync();
                }
            }
            catch (Exception e) when (!StoreTrouble.Is(e) && e is not OperationCanceledException)
            {
                // Left to the ledger, it would count as a server that died, and be tried as often as those are.
                LogFault(log, begun.Agent.Name, begun.Run.Id, e);
                (state, text) = (RunState.Failed, $"Steward failed while it served the run, which is no fault of the agent's: {e.GetType().Name}: {e.Message}");
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (cancelled.Who is { } who && state != RunState.Succeeded)
            {
                (state, text) = (RunState.Cancelled, CancelRun.Text(who));
            }
        }

        return await end.HandleAsync(begun, wish, state, text, server.Report, belt);
    }

    public async Task<Refusal?> AgainAsync(Session session, WorkItem item)
    {
        if (await CancelRun.ObstacleAsync(session, RunQueue.Before(item, item.Read<RunWish>())) is { } obstacle)
        {
            return obstacle;
        }

        await RunStore.AgainAsync(session, item.Id);
        return null;
    }

    public string CallOff(WorkItem item) => $"Call the run off: steward runs cancel {item.Id}";

    private async Task<(RunState State, string Text)> HostAsync(RunningBox box, BegunRun begun, RunWish wish, RunServer server, ToolBelt belt, CancellationToken cancellationToken)
    {
        var (agent, run, limits) = (begun.Agent, begun.Run, begun.Declaration.Limits);
        var since = clock.GetTimestamp();
        using var over = new CancellationTokenSource();
        var ending = EndAsync();
        var already = (int)await database.ReadAsync(session => RunStore.LinesAsync(session, run.Id), CancellationToken.None);
        var lines = new RunLog(database, redactor, clock, run.Id, already);
        var logging = lines.ReadAsync(box.Errors);
        Exception? fault = null;
        try
        {
            // None is there when the agent has been deleted meanwhile, and its run with it.
            var assembly = await database.ReadAsync(session => AgentStore.AssemblyAsync(session, agent.Id, run.Version), cancellationToken) ?? [];
            var job = new
            {
                assembly = assembly.Length,
                run = new
                {
                    agent = agent.Name, id = run.Id, number = run.Number, attempt = run.Attempt - run.Forgiven, trigger = run.Trigger, payload = wish.Payload,
                    summary = begun.Summary?.Text(begun.Handoff),
                },
                settings = SettingValues.Of(begun.Declaration, agent.Settings),
                handoff = begun.Handoff is { } handoff ? JsonSerializer.Deserialize<JsonElement>(handoff) : (JsonElement?)null,
                seconds = (limits.Time - Notice).TotalSeconds,
                processorSeconds = ParkedBoxes.Limits(limits).ProcessorSeconds,
            };
            await AgentHostProgram.GiveAsync(box, job, assembly, cancellationToken);
            await server.ServeAsync(box, over.Token, cancellationToken);
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // The box ended, or it sends more than it may, or it is called off: then this ends it.
            box.Kill();
        }
#pragma warning disable CA1031 // It is thrown again when the box and its log have come to their end.
        catch (Exception e)
#pragma warning restore CA1031
        {
            fault = e;
            box.Kill();
        }

        var boxEnd = await ending;
        await logging;
        if (fault is not null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        if (boxEnd is { Kind: BoxEndKind.Exited, ExitCode: Aborted } && lines.SaysOutOfMemory)
        {
            boxEnd = boxEnd with { Kind = BoxEndKind.OutOfMemory };
        }

        return server.Ended is { } why
            ? (RunState.Failed, why)
            : RunVerdict.Of(boxEnd, server.Report, belt.LastRefusal, clock.GetElapsedTime(since) >= limits.Time - Notice, cancellationToken.IsCancellationRequested);

        async Task<BoxEnd> EndAsync()
        {
            var ended = await box.WaitAsync(limits.Time, cancellationToken);
            await over.CancelAsync();
            return ended;
        }
    }

    [LoggerMessage(LogLevel.Error, "A run of {Agent}, {Run}, could not be served to its end")]
    private static partial void LogFault(ILogger log, string agent, Guid run, Exception error);
}
