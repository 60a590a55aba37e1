using System.Text;
using Steward.Agents.Catalogue;
using Steward.Agents.Workshop;
using Steward.Connectors.Models;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Agents.Factory;

/// <summary>What somebody wants built.</summary>
/// <param name="Description">What the agent is to do, or how it is to change, in any language: 10 to 2,000 characters.</param>
/// <param name="Name">The name of a new one; the model finds one when null.</param>
/// <param name="PlanOnly">True to see the plan and nothing more.</param>
/// <param name="Yes">True to say yes beforehand, where the policy takes that: by default for agents that only read.</param>
internal sealed record BuildWish(string? Description = null, string? Name = null, bool PlanOnly = false, bool Yes = false);

/// <summary>Accepts a wish for an agent, or for a change of one. From there on it is the ledger's: it survives a restart and happens once.</summary>
internal sealed class StartBuild(Database database, WorkLedger ledger, ModelClient model, AuditLog audit, Redactor redactor, TimeProvider clock)
{
    private const int ShortestWish = 10;
    private const int LongestWish = 2000;
    private const int MostOpen = 50;

    /// <summary>What a repair is asked for with when nobody says more.</summary>
    public const string JustRepair = "It keeps failing. Find out why from its log and mend it.";

    /// <summary>A new agent.</summary>
    public async Task<Outcome<Build>> CreateAsync(BuildWish wish, Actor by, CancellationToken cancellationToken)
    {
        if (wish.Name is { } name)
        {
            if (CreateAgent.NameFault(name) is { } unfit)
            {
                return unfit;
            }

            if (await database.ReadAsync(session => AgentStore.FindAsync(session, name), cancellationToken) is not null)
            {
                return new Refusal(RefusalKind.Conflict, "name-taken", $"There is an agent '{name}' already. Choose another name, or change that one: steward agents edit {name} \"...\".", "name");
            }
        }

        return await AcceptAsync(BuildKind.Create, wish, null, by, cancellationToken);
    }

    /// <summary>A change of an agent, or its repair.</summary>
    public async Task<Outcome<Build>> ChangeAsync(string agent, BuildKind kind, BuildWish wish, Actor by, CancellationToken cancellationToken)
    {
        if (wish.Name is not null)
        {
            return Refusal.Invalid("name", "An agent keeps its name when it is changed: leave 'name' out.");
        }

        var (found, language) = await database.ReadAsync(async session => await ChangeAgent.FindAsync(session, agent) is { } found
            ? (found, (await AgentStore.VersionAsync(session, found.Id, found.Version))!.Language) : default((Agent?, AgentLanguage)), cancellationToken);
        return found is null ? Refusal.NotFound("agent", agent)
            : language != AgentLanguage.Csharp ? new Refusal(RefusalKind.Conflict, "language", $"{found.Name} is written in Python. A model changes agents in C# only; give it another source with: steward agents update {found.Name} --file FILE.")
            : await AcceptAsync(kind, kind == BuildKind.Repair && string.IsNullOrWhiteSpace(wish.Description) ? wish with { Description = JustRepair } : wish, found, by, cancellationToken);
    }

    private async Task<Outcome<Build>> AcceptAsync(BuildKind kind, BuildWish wish, Agent? agent, Actor by, CancellationToken cancellationToken)
    {
        var text = wish.Description?.Trim() ?? "";
        if (text.Length is < ShortestWish or > LongestWish || text.Contains('\0', StringComparison.Ordinal))
        {
            return Refusal.Invalid("description", $"Say in {ShortestWish} to {LongestWish:N0} characters of text what the agent is to do; this has {text.Length:N0}.");
        }

        // Marks and pictures alone say nothing, and may not even be seen.
        if (!text.EnumerateRunes().Any(Rune.IsLetterOrDigit))
        {
            return Refusal.Invalid("description", "Say in words what the agent is to do; this has no letter and no digit.");
        }

        if (!model.IsConfigured)
        {
            return new Refusal(RefusalKind.Conflict, "no-model", $"Only a model turns a sentence into an agent. {ModelClient.NotSetUp}");
        }

        if (AgentHostProgram.Obstacle(AgentLanguage.Csharp) is { } obstacle)
        {
            return obstacle;
        }

        var now = clock.Now();
        // What leaves for a model, and what is shown later, has no secrets in it.
        var build = new Build(Ids.New(clock), kind, BuildState.Understanding, redactor.Redact(text), agent?.Name ?? wish.Name, agent?.Id, wish.PlanOnly, wish.Yes, by.Name, now, now);
        return await database.WriteAsync<Outcome<Build>>(async session =>
        {
            await AuditLog.LockAsync(session);
            if (await BuildStore.OpenAsync(session) >= MostOpen)
            {
                return new Refusal(RefusalKind.Conflict, "too-many", $"{MostOpen} builds are under way or wait for an answer. See them and call some off: steward builds list.");
            }

            await BuildStore.AddAsync(session, build with { WorkId = await ledger.EnqueueAsync(session, BuildLine.Work(build, 0)) });
            await BuildStore.SayAsync(session, build.Id, build.State, "Accepted.", now);
            await audit.AppendAsync(session, new AuditEntry("agent.build-asked", by.Name) { Target = $"build/{build.Id}", Reason = build.Wish, CorrelationId = build.Id.ToString() });
            return build;
        }, cancellationToken);
    }
}
