using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Agents.Catalogue;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Agents.Factory;

/// <summary>Builds over HTTP: ask for one, watch it, answer it, call it off.</summary>
internal static class BuildEndpoints
{
    private const int EventsTogether = 200;

    public static void MapBuilds(this IEndpointRouteBuilder api)
    {
        var builds = api.MapGroup("").WithTags("Builds");
        builds.MapPost("/agents/{agent}/edit", (string agent, BuildWish wish, ClaimsPrincipal user, StartBuild start, CancellationToken cancellationToken) => StartAsync(start.ChangeAsync(agent, BuildKind.Edit, wish, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("EditAgent").WithSummary("Has a model write another version of an agent, that does what 'description' says; answers at once with the build");
        builds.MapPost("/agents/{agent}/repair", (string agent, BuildWish? wish, ClaimsPrincipal user, StartBuild start, CancellationToken cancellationToken) => StartAsync(start.ChangeAsync(agent, BuildKind.Repair, wish ?? new BuildWish(), user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("RepairAgent").WithSummary("Has a model mend an agent that keeps failing, from its log; answers at once with the build");
        builds.MapGet("/builds", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListBuilds").WithSummary("Builds, newest first, all or those of one state or agent");
        builds.MapGet("/builds/{id:guid}", ShowAsync).RequireAuthorization(Scopes.Read).WithName("ShowBuild").WithSummary("One build with its plan, its events and what each version came to; code=true: with the sources");
        builds.MapGet("/builds/{id:guid}/events", EventsAsync).RequireAuthorization(Scopes.Read).WithName("ShowBuildEvents").WithSummary("What happens to a build, 200 events at a time unless another number is wanted; as server-sent events, live to its end, for who accepts text/event-stream");
        builds.MapPost("/builds/{id:guid}/answer", async (Guid id, BuildAnswer answer, ClaimsPrincipal user, ChangeBuild change, CancellationToken cancellationToken) =>
                Answers.From(await change.AnswerAsync(id, answer.Answer, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("AnswerBuild").WithSummary("Answers what a build asks");
        builds.MapPost("/builds/{id:guid}/cancel", async (Guid id, ClaimsPrincipal user, ChangeBuild change, CancellationToken cancellationToken) => Answers.From(await change.CancelAsync(id, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("CancelBuild").WithSummary("Calls a build off");
        builds.MapPost("/builds/{id:guid}/resume", async (Guid id, ClaimsPrincipal user, ChangeBuild change, CancellationToken cancellationToken) => Answers.From(await change.ResumeAsync(id, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("ResumeBuild").WithSummary("Takes a build up again that failed, was refused or only planned, where it stood");
    }

    /// <summary>202 with the build and where it is, or the refusal.</summary>
    public static async Task<Results<Accepted<Build>, ProblemHttpResult>> StartAsync(Task<Outcome<Build>> start)
    {
        var build = await start;
        return build.IsRefused ? Answers.Of(build.Refusal) : TypedResults.Accepted($"/api/builds/{build.Value.Id}", build.Value);
    }

    private static async Task<Results<Ok<Page<Build>>, ProblemHttpResult>> ListAsync(string? state, string? agent, int? limit, string? after, Database database, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        return QueryWord.Read<BuildState>("state", state, out var wanted) is { } unknown ? Answers.Of(unknown)
            : page.IsRefused ? Answers.Of(page.Refusal)
            : await database.ReadAsync<Results<Ok<Page<Build>>, ProblemHttpResult>>(async session =>
            {
                var found = agent is null ? null : await ChangeAgent.FindAsync(session, agent);
                return agent is not null && found is null ? Answers.Of(Refusal.NotFound("agent", agent)) : TypedResults.Ok(await BuildStore.ListAsync(session, wanted, found?.Id, page.Value));
            }, cancellationToken);
    }

    private static Task<Results<Ok<BuildDetail>, ProblemHttpResult>> ShowAsync(Guid id, bool? code, Database database, CancellationToken cancellationToken) => database.ReadAsync(async session =>
    {
        if (await BuildStore.FindAsync(session, id) is not { } build)
        {
            return Answers.Found<BuildDetail>(null, "build", id);
        }

        var rounds = await BuildStore.RoundsAsync(session, id);
        var change = await BuildChange.OfAsync(session, build, rounds.Count > 0 ? rounds[^1] : null);
        return Answers.Found(code == true
            ? new BuildDetail(build, rounds, change, await BuildStore.NewestEventsAsync(session, id, EventsTogether))
            : new BuildDetail(build, [.. rounds.Select(round => round with { Source = "" })], change is null ? null : change with { Diff = "" }, await BuildStore.NewestEventsAsync(session, id, EventsTogether)), "build", id);
    }, cancellationToken);

    private static async Task<IResult> EventsAsync(Guid id, int? limit, string? after, HttpRequest request, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit ?? EventsTogether, after, static cursor => int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        if (page.IsRefused)
        {
            return Answers.Of(page.Refusal);
        }

        if (await database.ReadAsync(session => BuildStore.FindAsync(session, id), cancellationToken) is null)
        {
            return Answers.Of(Refusal.NotFound("build", id));
        }

        Task<(bool IsOver, IReadOnlyList<BuildEvent> Events)> ReadAsync(int seen) => database.ReadAsync(async session =>
            ((await BuildStore.FindAsync(session, id))?.ClosedAt is not null, await BuildStore.EventsAsync(session, id, seen, EventsTogether)), cancellationToken);
        var from = LiveEvents.Number(page.Value.After);
        return LiveEvents.IsWanted(request)
            ? TypedResults.ServerSentEvents(LiveEvents.FollowAsync(database, BuildStore.Topic, "event", Math.Max(from, LiveEvents.LastSeen(request)), one => one.Seq, ReadAsync, clock, cancellationToken))
            : TypedResults.Ok(page.Value.Page(await database.ReadAsync(session => BuildStore.EventsAsync(session, id, from, page.Value.Limit + 1), cancellationToken), one => one.Seq.ToString(CultureInfo.InvariantCulture)));
    }
}

/// <summary>An answer to what a build asks.</summary>
internal sealed record BuildAnswer(string? Answer = null);

/// <summary>A build with all that came of it.</summary>
/// <param name="Build">The build.</param>
/// <param name="Rounds">The versions that were written, oldest first; without their sources unless those are asked for.</param>
/// <param name="Change">What the newest of them changes about an agent that is there; null for a new one. Without the diff unless sources are asked for.</param>
/// <param name="Events">What happened, oldest first; the newest 200.</param>
internal sealed record BuildDetail(Build Build, IReadOnlyList<BuildRound> Rounds, BuildChange? Change, IReadOnlyList<BuildEvent> Events);
