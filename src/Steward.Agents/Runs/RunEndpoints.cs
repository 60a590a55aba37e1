using System.Globalization;
using System.Net.ServerSentEvents;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Agents.Catalogue;
using Steward.Agents.Tools;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Runs;

/// <summary>Runs over HTTP. A run is called a task there, as the mission does.</summary>
internal static class RunEndpoints
{
    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("").WithTags("Agents");
        runs.MapPost("/agents/{agent}/execute", ExecuteAsync).RequireAuthorization(Scopes.Operate).WithName("ExecuteAgent").WithSummary("Runs an agent now; answers at once with the run");
        runs.MapGet("/agents/{agent}/tasks", (string agent, string? state, string? trigger, int? limit, string? after, Database database, TimeProvider clock, CancellationToken cancellationToken) =>
                ListAsync(agent, state, trigger, limit, after, database, clock, cancellationToken))
            .RequireAuthorization(Scopes.Read).WithName("ListAgentTasks").WithSummary("The runs of an agent, newest first, all or those of one state or trigger; those that wait tell their place");
        runs.MapGet("/tasks", (string? agent, string? state, string? trigger, int? limit, string? after, Database database, TimeProvider clock, CancellationToken cancellationToken) =>
                ListAsync(agent, state, trigger, limit, after, database, clock, cancellationToken))
            .RequireAuthorization(Scopes.Read).WithName("ListTasks").WithSummary("The runs of all agents or of one, newest first; those that wait tell their place");
        runs.MapGet("/tasks/{id:guid}", (Guid id, Database database, TimeProvider clock, CancellationToken cancellationToken) => database.ReadAsync(async session => Answers.Found(await ShowAsync(session, id, clock), "run", id), cancellationToken))
            .RequireAuthorization(Scopes.Read).WithName("ShowTask").WithSummary("One run with its attempts");
        runs.MapGet("/tasks/{id:guid}/logs", LogsAsync).RequireAuthorization(Scopes.Read).WithName("ShowTaskLog")
            .WithSummary("What a run says, 500 lines at a time unless fewer are wanted; as server-sent events, live to its end, for who accepts text/event-stream");
        runs.MapPost("/tasks/{id:guid}/retry", async (Guid id, ClaimsPrincipal user, CancelRun runs, CancellationToken cancellationToken) => Answers.From(await runs.RetryAsync(id, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("RetryTask").WithSummary("Runs again what failed for good, with all its attempts");
        runs.MapPost("/tasks/{id:guid}/cancel", async (Guid id, ClaimsPrincipal user, CancelRun runs, CancellationToken cancellationToken) => Answers.From(await runs.HandleAsync(id, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("CancelTask").WithSummary("Calls a run off: one that waits never begins, one that goes on is killed at once");
        runs.MapGet("/tasks/stats/summary", StatsAsync).RequireAuthorization(Scopes.Read).WithName("SummariseTasks").WithSummary("How many runs ended how, of all agents or of one");
    }

    private static async Task<Results<Accepted<Run>, ProblemHttpResult>> ExecuteAsync(string agent, ExecuteWish? wish, StartRun start, CancellationToken cancellationToken)
    {
        var run = await start.HandleAsync(agent, Trigger.Hand, wish?.Payload, cancellationToken);
        return run.IsRefused ? Answers.Of(run.Refusal) : TypedResults.Accepted($"/api/tasks/{run.Value.Id}", run.Value);
    }

    private static async Task<Results<Ok<Page<Run>>, ProblemHttpResult>> ListAsync(
        string? agent, string? state, string? trigger, int? limit, string? after, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        if (QueryWord.Read<RunState>("state", state, out var wanted) is { } unknown)
        {
            return Answers.Of(unknown);
        }

        if (QueryWord.Read<Trigger>("trigger", trigger, out var why) is { } unknownTrigger)
        {
            return Answers.Of(unknownTrigger);
        }

        if (page.IsRefused)
        {
            return Answers.Of(page.Refusal);
        }

        return await database.ReadAsync<Results<Ok<Page<Run>>, ProblemHttpResult>>(async session =>
        {
            var found = agent is null ? null : await ChangeAgent.FindAsync(session, agent);
            return agent is not null && found is null ? Answers.Of(Refusal.NotFound("agent", agent)) : TypedResults.Ok(await PageAsync(session, new RunFilter(found?.Id, wanted, why), page.Value, clock));
        }, cancellationToken);
    }

    // Runs have their row when they are first looked at; until then they are in the ledger alone. Both have ids that sort by time.
    private static async Task<Page<Run>> PageAsync(Session session, RunFilter filter, PageRequest page, TimeProvider clock)
    {
        var queue = await RunQueue.ReadAsync(session, clock.Now());
        var stored = await RunStore.ListAsync(session, filter, page);
        var waiting = filter.State is null or RunState.Queued ? queue.Waiting(filter.AgentId, filter.Trigger) : [];
        var known = waiting.Count > 0 ? await RunStore.KnownAsync(session, [.. waiting.Select(run => run.Id)]) : [];
        List<Run> runs = [.. stored.Items.Select(queue.With)
            .Concat(waiting.Where(run => !known.Contains(run.Id) && (page.After is null || string.CompareOrdinal(run.Id.ToString(), page.After) < 0)))
            .OrderByDescending(run => run.Id.ToString(), StringComparer.Ordinal)];
        Run[] shown = [.. runs.Take(page.Limit)];
        var names = await AgentStore.NamesAsync(session, [.. shown.Select(run => run.AgentId).Distinct()]);
        return new Page<Run>([.. shown.Select(run => run with { Agent = names.GetValueOrDefault(run.AgentId) })], stored.Next is not null || runs.Count > page.Limit ? runs[page.Limit - 1].Id.ToString() : null);
    }

    private static async Task<Run?> ShowAsync(Session session, Guid id, TimeProvider clock)
    {
        var queue = await RunQueue.ReadAsync(session, clock.Now());
        return await RunStore.FindAsync(session, id) is { } run
            ? queue.With(run) with { Attempts = await RunStore.AttemptsAsync(session, id, after: 0), Model = await QuestionStore.OfRunAsync(session, id) }
            : await WaitingAsync(session, id) is { } waiting ? queue.With(waiting) : null;
    }

    // One that has no row yet.
    private static async Task<Run?> WaitingAsync(Session session, Guid id) =>
        await WorkLedger.FindAsync(session, id) is { Kind: RunAgent.WorkKind, State: WorkState.Pending or WorkState.Running } item ? RunQueue.Before(item, item.Read<RunWish>()) : null;

    private static Task<Run?> FindAsync(Guid id, Database database, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => await RunStore.FindAsync(session, id) ?? await WaitingAsync(session, id), cancellationToken);

    private static async Task<IResult> LogsAsync(Guid id, int? limit, string? after, HttpRequest request, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit ?? PageRequest.MaxLimit, after, static cursor => int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        if (page.IsRefused)
        {
            return Answers.Of(page.Refusal);
        }

        if (await FindAsync(id, database, cancellationToken) is null)
        {
            return Answers.Of(Refusal.NotFound("run", id));
        }

        var from = LiveEvents.Number(page.Value.After);
        return LiveEvents.IsWanted(request)
            ? TypedResults.ServerSentEvents(FollowAsync(id, Math.Max(from, LiveEvents.LastSeen(request)), database, clock, cancellationToken))
            : TypedResults.Ok(page.Value.Page(await database.ReadAsync(session => RunStore.LinesAsync(session, id, from, page.Value.Limit + 1), cancellationToken), line => line.Seq.ToString(CultureInfo.InvariantCulture)));
    }

    private static IAsyncEnumerable<SseItem<RunLine>> FollowAsync(Guid id, int after, Database database, TimeProvider clock, CancellationToken cancellationToken) =>
        LiveEvents.FollowAsync<RunLine>(database, RunLog.Topic, "line", after, line => line.Seq, async seen =>
        {
            var isOver = (await FindAsync(id, database, cancellationToken))?.State is not (RunState.Running or RunState.Queued);
            return (isOver, await database.ReadAsync(session => RunStore.LinesAsync(session, id, seen, PageRequest.MaxLimit), cancellationToken));
        }, clock, cancellationToken);

    private static Task<Results<Ok<RunStats>, ProblemHttpResult>> StatsAsync(string? agent, Database database, CancellationToken cancellationToken) =>
        database.ReadAsync<Results<Ok<RunStats>, ProblemHttpResult>>(async session =>
        {
            var found = agent is null ? null : await ChangeAgent.FindAsync(session, agent);
            return agent is not null && found is null ? Answers.Of(Refusal.NotFound("agent", agent)) : TypedResults.Ok(RunStats.Of(await RunStore.CountAsync(session, found?.Id), await RunStore.UnseenAsync(session, found?.Id)));
        }, cancellationToken);
}

/// <summary>What comes with a run that is asked for.</summary>
internal sealed record ExecuteWish(string? Payload = null);

/// <summary>How runs ended.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Succeeded">Those that did what the agent is for.</param>
/// <param name="Failed">Those that did not, for whatever reason of their own: failed, timed out, killed for a limit, refused, lost.</param>
/// <param name="Running">Those that go on.</param>
/// <param name="Queued">Those that wait for their turn, or to be tried again.</param>
/// <param name="Cancelled">Those that somebody called off.</param>
/// <param name="Skipped">Those that did not begin.</param>
/// <param name="SuccessRate">Of those that ended by themselves, the share that succeeded, 0 to 1; null when none did.</param>
/// <param name="ByState">How many are in each state.</param>
internal sealed record RunStats(long Total, long Succeeded, long Failed, long Running, long Queued, long Cancelled, long Skipped, double? SuccessRate, IReadOnlyDictionary<RunState, long> ByState)
{
    private static readonly RunState[] Failures = [RunState.Failed, RunState.TimedOut, RunState.OutOfMemory, RunState.OutOfProcessorTime, RunState.Refused, RunState.Lost];

    /// <summary>Whether a run that ended so did not do what it is for, for a reason of its own.</summary>
    public static bool IsFailure(RunState state) => Failures.Contains(state);

    /// <param name="known">Those that have a row.</param>
    /// <param name="unseen">How many wait that have none yet.</param>
    public static RunStats Of(IReadOnlyDictionary<RunState, long> known, long unseen)
    {
        var counts = unseen == 0 ? known : new Dictionary<RunState, long>(known) { [RunState.Queued] = known.GetValueOrDefault(RunState.Queued) + unseen };
        long Count(RunState state) => counts.GetValueOrDefault(state);
        var (succeeded, failed) = (Count(RunState.Succeeded), Failures.Sum(Count));
        return new RunStats(counts.Values.Sum(), succeeded, failed, Count(RunState.Running), Count(RunState.Queued), Count(RunState.Cancelled), Count(RunState.Skipped),
            succeeded + failed == 0 ? null : (double)succeeded / (succeeded + failed), counts);
    }
}
