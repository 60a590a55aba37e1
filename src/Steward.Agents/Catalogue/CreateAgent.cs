using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Steward.Agents.Declarations;
using Steward.Agents.Templates;
using Steward.Agents.Workshop;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Agents.Catalogue;

/// <summary>An agent that somebody wants: from a template or from source text.</summary>
/// <param name="Name">Its name; that of the template when null.</param>
/// <param name="Template">The template to make it from.</param>
/// <param name="Source">Or the source text, one file.</param>
/// <param name="Settings">The values of its settings, by name.</param>
/// <param name="Schedule">When it runs, in the words of a declaration, in place of what it declares.</param>
/// <param name="Language">What the source is written in.</param>
/// <param name="Set">Values of settings that are written as text, by name: each is read by its type, a list with commas between its items.</param>
public sealed record AgentWish(
    string? Name = null, string? Template = null, string? Source = null, IReadOnlyDictionary<string, JsonElement>? Settings = null, JsonElement? Schedule = null,
    AgentLanguage Language = AgentLanguage.Csharp, IReadOnlyDictionary<string, string>? Set = null)
{
    /// <summary>What somebody was shown that the source declares; it is refused when it declares something else. Null for whatever it declares.</summary>
    internal JsonNode? Declared { get; init; }

    /// <summary>Whether it is made as it was elsewhere, where the time of its schedule may have passed since.</summary>
    internal bool IsCopy { get; init; }

    /// <summary>The model that wrote the source; null for a person, or a template.</summary>
    internal string? Model { get; init; }
}

/// <summary>Makes an agent: compiled, tested, checked, stored and scheduled, or nothing at all.</summary>
internal sealed partial class CreateAgent(Database database, PrepareVersion prepare, PutOnCalendar calendar, AuditLog audit, IOptions<AgentsOptions> options, TimeProvider clock)
{
    public Task<Outcome<Agent>> HandleAsync(AgentWish wish, Actor by, CancellationToken cancellationToken) => HandleAsync(wish, by, static (_, _) => Task.CompletedTask, cancellationToken);

    /// <summary>Makes it, and writes beside it in the same transaction what else hangs on that.</summary>
    public async Task<Outcome<Agent>> HandleAsync(AgentWish wish, Actor by, Func<Session, Agent, Task> beside, CancellationToken cancellationToken)
    {
        var template = wish.Template is { } named ? TemplateList.Find(named) : null;
        if ((wish.Template is null) == (wish.Source is null))
        {
            return Refusal.Invalid("template", "An agent is made from a 'template' or from 'source', one of the two.");
        }

        if (wish.Template is not null && template is null)
        {
            return Refusal.Invalid("template", $"There is no template '{wish.Template}'. There are {string.Join(", ", TemplateList.Names)}.");
        }

        var name = wish.Name ?? template?.Name ?? "";
        if (NameFault(name) is { } unfit)
        {
            return unfit;
        }

        if (await database.ReadAsync(session => AgentStore.FindAsync(session, name), cancellationToken) is not null)
        {
            return Taken(name);
        }

        if (await database.ReadAsync(AgentStore.CountAsync, cancellationToken) >= options.Value.Most)
        {
            return new Refusal(RefusalKind.Conflict, "too-many", $"There are {options.Value.Most} agents already: delete some, or raise Agents:Most.");
        }

        var schedule = wish.Schedule is { } words ? DeclarationReader.ReadSchedule(words) : null;
        if (schedule is { IsRefused: true })
        {
            return schedule.Refusal;
        }

        if (!wish.IsCopy && schedule?.Value is { } given && given.At < clock.Now())
        {
            return Passed(given);
        }

        var prepared = await prepare.HandleAsync(
            name, template is null ? wish.Language : AgentLanguage.Csharp, template?.Source ?? wish.Source!, wish.Settings ?? new Dictionary<string, JsonElement>(), wish.Set, cancellationToken);
        if (prepared.IsRefused)
        {
            return prepared.Refusal;
        }

        if (wish.Declared is { } shown && CanonicalJson.Hash(shown) != CanonicalJson.Hash(JsonNode.Parse(prepared.Value.DeclarationJson)))
        {
            return Refusal.Invalid("declaration", "The source declares something else than what was shown: what it may use is not what somebody would have agreed to.");
        }

        var now = clock.Now();
        if (!wish.IsCopy && schedule is null && prepared.Value.Declaration.Schedule is { } declared && declared.At < now)
        {
            return Passed(declared, "declaration.schedule.at");
        }

        var agent = new Agent(Ids.New(clock), name, AgentState.Active, 1, prepared.Value.Settings, template?.Name, 0, by.Name, now, now) { Schedule = schedule?.Value };
        var stored = await database.WriteAsync(async session =>
        {
            if (!await AgentStore.AddAsync(session, agent))
            {
                return false;
            }

            await AgentStore.AddVersionAsync(session, agent.Id, new AgentVersion(1, prepared.Value.Language, prepared.Value.Declaration, MadeBy(wish.Model, by), now) { Settings = agent.Settings, Schedule = agent.Schedule }, prepared.Value.Source, prepared.Value.Assembly, prepared.Value.DeclarationJson);
            await calendar.PutAsync(session, agent, prepared.Value.Declaration);
            await audit.AppendAsync(session, Audited("agent.created", agent, by, prepared.Value.Declaration.Purpose));
            await beside(session, agent);
            return true;
        }, cancellationToken);
        return stored ? agent : Taken(name);
    }

    /// <summary>Why an agent cannot be made by a name; null when it can.</summary>
    internal static Refusal? NameFault(string name) =>
        !IsName(name) ? Refusal.Invalid("name", "An agent's name has 1 to 60 small letters, digits and dashes, and begins with a letter.")
        : IsKeptBack(name) ? Refusal.Invalid("name", $"'{name}' stands for something else where agents are asked for: nobody could see an agent of that name. Choose another one.")
        : null;

    /// <summary>Whether an address below <c>/api/agents</c> reads a name as something else: a word of its own, or an id.</summary>
    internal static bool IsKeptBack(string name) => name is "templates" or "gallery" or "signer" or "signers" || Guid.TryParse(name, out _);

    /// <summary>Whether a text can be the name of an agent.</summary>
    internal static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>Who made a version, in words.</summary>
    internal static string MadeBy(string? model, Actor by) => model is null ? by.Name : $"{model} for {by.Name}";

    internal static AuditEntry Audited(string kind, Agent agent, Actor by, string text) => new(kind, by.Name) { Target = $"agent/{agent.Name}", Reason = text, CorrelationId = agent.Id.ToString() };

    /// <summary>Why a schedule is not taken whose time has passed.</summary>
    internal static Refusal Passed(AgentSchedule schedule, string field = "schedule.at") => Refusal.Invalid(field, $"The time {UtcTime.ToText(schedule.At!.Value)} has passed: the agent would never run. Give a time to come, or 'cron' or 'every'.");

    private static Refusal Taken(string name) => new(RefusalKind.Conflict, "name-taken", $"There is an agent '{name}' already. Choose another name, or delete it first.", "name");

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,59}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
