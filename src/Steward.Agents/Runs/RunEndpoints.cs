using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Agents.Catalogue;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Runs;

/// <summary>Runs over HTTP. A run is called a task there, as the mission does.</summary>
internal static class RunEndpoints
{
    private const int LinesTogether = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("").WithTags("Agents");
        runs.MapPost("/agents/{agent}/execute", ExecuteAsync).RequireAuthorization(Scopes.Operate).WithName("ExecuteAgent").WithSummary("Runs an agent now; answers at once with the run");
        runs.MapGet("/agents/{agent}/tasks", (string agent, string? state, int? limit, string? after, Database database, CancellationToken cancellationToken) => ListAsync(agent, state, limit, after, database, cancellationToken))
            .RequireAuthorization(Scopes.Read).WithName("ListAgentTasks").WithSummary("The runs of an agent, newest first");
        runs.MapGet("/tasks", (string? state, int? limit, string? after, Database database, CancellationToken cancellationToken) => ListAsync(null, state, limit, after, database, cancellationToken))
            .RequireAuthorization(Scopes.Read).WithName("ListTasks").WithSummary("The runs of all agents, newest first");
        runs.MapGet("/tasks/{id:guid}", (Guid id, Database database, CancellationToken cancellationToken) => database.ReadAsync(async session => Answers.Found(await RunStore.FindAsync(session, id), "run", id), cancellationToken))
            .RequireAuthorization(Scopes.Read).WithName("ShowTask").WithSummary("One run");
        runs.MapGet("/tasks/{id:guid}/logs", LogsAsync).RequireAuthorization(Scopes.Read).WithName("ShowTaskLog").WithSummary("What a run says; as server-sent events, live to its end, for who accepts text/event-stream");
        runs.MapPost("/tasks/{id:guid}/retry", async (Guid id, WorkLedger ledger, CancellationToken cancellationToken) => Answers.From(await ledger.RedriveAsync(id, cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("RetryTask").WithSummary("Runs again what failed for good, with all its attempts");
        runs.MapGet("/tasks/stats/summary", StatsAsync).RequireAuthorization(Scopes.Read).WithName("SummariseTasks").WithSummary("How many runs ended how, of all agents or of one");
    }

    private static async Task<Results<Accepted<Run>, ProblemHttpResult>> ExecuteAsync(string agent, ExecuteWish? wish, StartRun start, CancellationToken cancellationToken)
    {
        var run = await start.HandleAsync(agent, Trigger.Hand, wish?.Payload, cancellationToken);
        return run.IsRefused ? Answers.Of(run.Refusal) : TypedResults.Accepted($"/api/tasks/{run.Value.Id}", run.Value);
    }

    private static async Task<Results<Ok<Page<Run>>, ProblemHttpResult>> ListAsync(string? agent, string? state, int? limit, string? after, Database database, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        if (QueryWord.Read<RunState>("state", state, out var wanted) is { } unknown)
        {
            return Answers.Of(unknown);
        }

        if (page.IsRefused)
        {
            return Answers.Of(page.Refusal);
        }

        return await database.ReadAsync<Results<Ok<Page<Run>>, ProblemHttpResult>>(async session =>
        {
            var found = agent is null ? null : await ChangeAgent.FindAsync(session, agent);
            return agent is not null && found is null ? Answers.Of(Refusal.NotFound("agent", agent)) : TypedResults.Ok(await RunStore.ListAsync(session, found?.Id, wanted, page.Value));
        }, cancellationToken);
    }

    private static async Task<IResult> LogsAsync(Guid id, int? after, HttpRequest request, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(session => RunStore.FindAsync(session, id), cancellationToken) is null)
        {
            return Answers.Of(Refusal.NotFound("run", id));
        }

        return request.Headers.Accept.Any(value => value?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true)
            ? TypedResults.ServerSentEvents(FollowAsync(id, after ?? 0, database, clock, cancellationToken))
            : TypedResults.Ok(new Page<RunLine>(await database.ReadAsync(session => RunStore.LinesAsync(session, id, after ?? 0, LinesTogether), cancellationToken), null));
    }

    private static async IAsyncEnumerable<SseItem<RunLine>> FollowAsync(Guid id, int after, Database database, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var news = new SemaphoreSlim(0, int.MaxValue);
        using var listening = database.Signals.Listen(RunLog.Topic, () => news.Release());
        while (true)
        {
            var (run, lines) = await database.ReadAsync(async session => (await RunStore.FindAsync(session, id), await RunStore.LinesAsync(session, id, after, LinesTogether)), cancellationToken);
            foreach (var line in lines)
            {
                after = line.Seq;
                yield return new SseItem<RunLine>(line, "line") { EventId = $"{line.Seq}" };
            }

            if (lines.Count == 0 && run?.State is not (RunState.Running or RunState.Queued))
            {
                yield break;
            }

            // News of other runs come by the same way; those of other nodes may be late.
            _ = await Task.WhenAny(news.WaitAsync(cancellationToken), Task.Delay(Patience, clock, cancellationToken));
        }
    }

    private static Task<Results<Ok<RunStats>, ProblemHttpResult>> StatsAsync(string? agent, Database database, CancellationToken cancellationToken) =>
        database.ReadAsync<Results<Ok<RunStats>, ProblemHttpResult>>(async session =>
        {
            var found = agent is null ? null : await ChangeAgent.FindAsync(session, agent);
            return agent is not null && found is null ? Answers.Of(Refusal.NotFound("agent", agent)) : TypedResults.Ok(RunStats.Of(await RunStore.CountAsync(session, found?.Id)));
        }, cancellationToken);
}

/// <summary>What comes with a run that is asked for.</summary>
internal sealed record ExecuteWish(string? Payload = null);

/// <summary>How runs ended.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Succeeded">Those that did what the agent is for.</param>
/// <param name="Failed">Those that ended in any other way.</param>
/// <param name="Running">Those that go on or wait for their turn.</param>
/// <param name="SuccessRate">Of those that ended, the share that succeeded, 0 to 1; null when none did.</param>
internal sealed record RunStats(long Total, long Succeeded, long Failed, long Running, double? SuccessRate)
{
    public static RunStats Of(IReadOnlyDictionary<RunState, long> counts)
    {
        var (total, succeeded) = (counts.Values.Sum(), counts.GetValueOrDefault(RunState.Succeeded));
        var running = counts.GetValueOrDefault(RunState.Running) + counts.GetValueOrDefault(RunState.Queued);
        return new RunStats(total, succeeded, total - succeeded - running, running, total == running ? null : (double)succeeded / (total - running));
    }
}
