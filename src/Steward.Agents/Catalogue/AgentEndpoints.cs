using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Agents.Declarations;
using Steward.Agents.Factory;
using Steward.Agents.Runs;
using Steward.Agents.Templates;
using Steward.Agents.Tools;
using Steward.Agents.Workshop;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Scheduling;
using Steward.Platform.Storage;

namespace Steward.Agents.Catalogue;

/// <summary>Agents over HTTP.</summary>
internal static class AgentEndpoints
{
    public static void MapCatalogue(this IEndpointRouteBuilder api)
    {
        var agents = api.MapGroup("/agents").WithTags("Agents");
        agents.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListAgents").WithSummary("Agents, newest first, all or those of one state (active, paused, disabled) or made from one template");
        agents.MapGet("/templates", () => TypedResults.Ok(new Page<TemplateAbout>(TemplateList.All, null)))
            .RequireAuthorization(Scopes.Read).WithName("ListTemplates").WithSummary("The agents that come with Steward");
        agents.MapPost("", CreateAsync).RequireAuthorization(Scopes.Operate).WithName("CreateAgent")
            .WithSummary("Makes an agent from a template or from source: compiled, tested, checked and scheduled, or nothing at all; from a description: answers at once with the build");
        agents.MapGet("/{agent}", ShowAsync).RequireAuthorization(Scopes.Read).WithName("ShowAgent").WithSummary("One agent with what it declares; code=true: with its source");
        agents.MapPut("/{agent}", async (string agent, AgentUpdate update, ClaimsPrincipal user, ChangeAgent change, CancellationToken cancellationToken) =>
                Answers.From(await change.UpdateAsync(agent, update, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("UpdateAgent").WithSummary("Gives an agent other settings, another source or another schedule, as a new version");
        agents.MapDelete("/{agent}", async (string agent, ClaimsPrincipal user, ChangeAgent change, CancellationToken cancellationToken) =>
                Answers.From(await change.DeleteAsync(agent, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("DeleteAgent").WithSummary("Deletes an agent with its runs, its memory and its versions");
        agents.MapPost("/{agent}/pause", async (string agent, ClaimsPrincipal user, ChangeAgent change, CancellationToken cancellationToken) =>
                Answers.From(await change.PauseAsync(agent, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("PauseAgent").WithSummary("Lets an agent rest until it is resumed");
        agents.MapPost("/{agent}/disable", async (string agent, ClaimsPrincipal user, ChangeAgent change, CancellationToken cancellationToken) =>
                Answers.From(await change.DisableAsync(agent, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("DisableAgent").WithSummary("Lets an agent run only when somebody asks for it, until it is resumed");
        agents.MapPost("/test", async (SourceWish wish, TrySource test, CancellationToken cancellationToken) => Answers.From(await test.HandleAsync(wish, cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("TestSource").WithSummary("Compiles an agent and runs its tests, and keeps nothing");
        agents.MapPost("/{agent}/resume", async (string agent, ClaimsPrincipal user, ChangeAgent change, CancellationToken cancellationToken) =>
                Answers.From(await change.ResumeAsync(agent, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("ResumeAgent").WithSummary("Lets an agent run again");
        agents.MapGet("/{agent}/versions", VersionsAsync).RequireAuthorization(Scopes.Read).WithName("ListVersions").WithSummary("The versions of an agent, newest first");
        agents.MapGet("/{agent}/skips", SkipsAsync).RequireAuthorization(Scopes.Read).WithName("ListSkips").WithSummary("The times of an agent's schedule at which it did not run, and why, the latest first");
        agents.MapPost("/{agent}/versions/{version:int}/activate", async (string agent, int version, ClaimsPrincipal user, ChangeAgent change, CancellationToken cancellationToken) =>
                Answers.From(await change.GoBackAsync(agent, version, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("ActivateVersion").WithSummary("Lets an earlier version run again");
        agents.MapGet("/{agent}/usage", UsageAsync).RequireAuthorization(Scopes.Read).WithName("ShowUsage").WithSummary("How an agent has used its tools, over all its runs that are kept");
    }

    private static async Task<Results<Created<Agent>, Accepted<Build>, ProblemHttpResult>> CreateAsync(
        AgentOrder order, ClaimsPrincipal user, CreateAgent create, StartBuild build, CancellationToken cancellationToken)
    {
        if (order.Description is null)
        {
            var made = await create.HandleAsync(new AgentWish(order.Name, order.Template, order.Source, order.Settings, order.Schedule, order.Language, order.Set), user.Actor(), cancellationToken);
            return made.IsRefused ? Answers.Of(made.Refusal) : TypedResults.Created($"/api/agents/{made.Value.Id}", made.Value);
        }

        if (order is not { Template: null, Source: null, Settings: null, Schedule: null })
        {
            return Answers.Of(Refusal.Invalid("description", "A 'description' stands alone: template, source, settings and schedule come of it."));
        }

        var started = await build.CreateAsync(new BuildWish(order.Description, order.Name, order.PlanOnly, order.Yes), user.Actor(), cancellationToken);
        return started.IsRefused ? Answers.Of(started.Refusal) : TypedResults.Accepted($"/api/builds/{started.Value.Id}", started.Value);
    }

    private static async Task<Results<Ok<Page<Agent>>, ProblemHttpResult>> ListAsync(string? state, string? template, int? limit, string? after, Database database, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        return QueryWord.Read<AgentState>("state", state, out var wanted) is { } unknown ? Answers.Of(unknown)
            : page.IsRefused ? Answers.Of(page.Refusal)
            : TypedResults.Ok(await database.ReadAsync(session => AgentStore.ListAsync(session, wanted, template, page.Value), cancellationToken));
    }

    private static Task<Results<Ok<AgentDetail>, ProblemHttpResult>> ShowAsync(string agent, bool? code, Database database, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var found = await ChangeAgent.FindAsync(session, agent);
            return Answers.Found(found is null ? null : new AgentDetail(found, (await AgentStore.VersionAsync(session, found.Id, found.Version))!.Declaration,
                await Scheduler.FindAsync(session, PutOnCalendar.Id(found.Id)) is { RestsSince: null } standing ? standing.NextAt : null, await AgentStore.HookAsync(session, found.Id) is not null,
                code == true ? await AgentStore.SourceAsync(session, found.Id, found.Version) : null), "agent", agent);
        }, cancellationToken);

    private static Task<Results<Ok<Page<AgentVersion>>, ProblemHttpResult>> VersionsAsync(string agent, int? limit, string? after, Database database, CancellationToken cancellationToken) =>
        OfAgentAsync(agent, PageRequest.From(limit, after, static cursor => int.TryParse(cursor, CultureInfo.InvariantCulture, out _)), database, AgentStore.VersionsAsync, cancellationToken);

    private static Task<Results<Ok<Page<SkippedOccurrences>>, ProblemHttpResult>> SkipsAsync(string agent, int? limit, string? after, Database database, CancellationToken cancellationToken) =>
        OfAgentAsync(agent, PageRequest.From(limit, after), database, (session, id, page) => Scheduler.SkipsAsync(session, PutOnCalendar.Id(id), page), cancellationToken);

    private static async Task<Results<Ok<Page<T>>, ProblemHttpResult>> OfAgentAsync<T>(
        string agent, Outcome<PageRequest> page, Database database, Func<Session, Guid, PageRequest, Task<Page<T>>> list, CancellationToken cancellationToken) =>
        page.IsRefused ? Answers.Of(page.Refusal) : await database.ReadAsync(async session => Answers.Found(
            await ChangeAgent.FindAsync(session, agent) is { } found ? await list(session, found.Id, page.Value) : null, "agent", agent), cancellationToken);

    private static Task<Results<Ok<Page<ToolUse>>, ProblemHttpResult>> UsageAsync(string agent, Database database, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => Answers.Found(
            await ChangeAgent.FindAsync(session, agent) is { } found ? new Page<ToolUse>(await UsesAsync(session, found.Id), null) : null, "agent", agent), cancellationToken);

    private static async Task<IReadOnlyList<ToolUse>> UsesAsync(Session session, Guid agentId)
    {
        var asked = await QuestionStore.OfAgentAsync(session, agentId, QuestionPurpose.Tool);
        var uses = (await RunStore.UseAsync(session, agentId)).Select(use => use.Tool == ModelAsk.Tool ? use with { Model = asked } : use);
        return await QuestionStore.OfAgentAsync(session, agentId, QuestionPurpose.Summary) is { } shortened
            ? [.. uses, new ToolUse("summary", shortened.Questions, 0, 0, 0) { Model = shortened }]
            : [.. uses];
    }
}

/// <summary>An agent that somebody wants: from a description, a template, or source text.</summary>
/// <param name="Description">What it is to do, in any language; a model writes it.</param>
/// <param name="PlanOnly">With a description: only the plan is wanted.</param>
/// <param name="Yes">With a description: publish what only reads without another question, where the policy allows it.</param>
/// <param name="Name">See <see cref="AgentWish"/>, as the others.</param>
/// <param name="Template">The template.</param>
/// <param name="Source">The source text.</param>
/// <param name="Settings">The values of its settings.</param>
/// <param name="Schedule">When it runs.</param>
/// <param name="Language">What the source is written in.</param>
/// <param name="Set">Values of settings that are written as text.</param>
internal sealed record AgentOrder(
    string? Description = null, bool PlanOnly = false, bool Yes = false, string? Name = null, string? Template = null, string? Source = null,
    IReadOnlyDictionary<string, JsonElement>? Settings = null, JsonElement? Schedule = null, AgentLanguage Language = AgentLanguage.Csharp, IReadOnlyDictionary<string, string>? Set = null);

/// <summary>What is to be changed of an agent; what is left out stays.</summary>
/// <param name="Source">Another source.</param>
/// <param name="Settings">All of its settings.</param>
/// <param name="Schedule">When it runs, in the words of a declaration; <c>"declared"</c> for as its source says.</param>
/// <param name="Language">What the other source is written in.</param>
/// <param name="Set">Values of settings that are written as text, by name; the settings that are not named stay.</param>
internal sealed record AgentUpdate(
    string? Source = null, IReadOnlyDictionary<string, JsonElement>? Settings = null, JsonElement? Schedule = null, AgentLanguage? Language = null, IReadOnlyDictionary<string, string>? Set = null)
{
    /// <summary>The version of which the other source was made; it is refused when another one runs by then. Null for whatever runs.</summary>
    internal int? Base { get; init; }

    /// <summary>The model that wrote the source; null for a person.</summary>
    internal string? Model { get; init; }
}

/// <summary>An agent with what it declares.</summary>
internal sealed record AgentDetail(Agent Agent, Declaration Declaration, DateTimeOffset? NextRunAt, bool HasHook, string? Source);
