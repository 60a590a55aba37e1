using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;
using Steward.Alerts;
using Steward.Connectors.Models;
using Steward.Connectors.Web;
using Steward.Kernel;
using Steward.Platform.Scheduling;

namespace Steward.Agents.Factory;

/// <summary>What a person agrees to who lets an agent run.</summary>
/// <param name="Lines">In a few lines: when it runs, what it reaches, whom it tells, what it costs, and what it did in rehearsal.</param>
/// <param name="When">When it runs, in a sentence.</param>
/// <param name="ReadsOnly">True when it sends nothing out but questions to servers, with nothing in them that only its owner may see, and words to its owner, costs nothing, and nothing is done away with that starts it or that its owner has set.</param>
internal sealed record PermissionsAsked(IReadOnlyList<string> Lines, string When, bool ReadsOnly)
{
    /// <summary>What its owner has set, and stays though the plan has another value.</summary>
    public IReadOnlyList<string> Stays { get; init; } = [];
}

/// <summary>Says what an agent may do and what it costs, from what it declares and not from what somebody says of it.</summary>
internal sealed class PermissionSummary(IOptions<ModelOptions> models, IOptions<WebOptions> web, Outbox outbox)
{
    // What only reads, or tells the owner.
    private static readonly HashSet<string> Reading = new(StringComparer.Ordinal) { "http", "notify", "files", "memory", "agents", "github", "railway", "n8n" };

    // Reads what is not public. An address that is asked can carry it away.
    private static readonly HashSet<string> Private = new(StringComparer.Ordinal) { "agents", "github", "railway", "n8n" };

    private const int MostRuns = 100_000;
    private const int MostSettings = 20;
    private const int DaysInAMonth = 30;

    /// <summary>Of a version that has been checked.</summary>
    /// <param name="plan">The plan that it follows.</param>
    /// <param name="declaration">What it declares.</param>
    /// <param name="before">What the agent is until now: what any version has read may be kept, in memory, files or what runs hand on.</param>
    /// <param name="round">The version.</param>
    /// <param name="now">The time.</param>
    public PermissionsAsked Of(Blueprint plan, Declaration declaration, AgentBefore before, BuildRound round, DateTimeOffset now)
    {
        var (tools, sends) = (declaration.Tools, round.Sends.Count > 0);
        var values = SettingValues.Of(declaration, Json.Read<Dictionary<string, JsonElement>>(round.Settings));
        var when = When(before, declaration.Schedule, now);
        List<string> lines = [$"Runs: {when}"];
        void Add(string about, IEnumerable<string> what)
        {
            if (string.Join(", ", what) is { Length: > 0 } text)
            {
                lines.Add($"{about}: {text}");
            }
        }

        var lost = Lost(declaration, before, now).ToList();
        Add("Runs no longer", lost);
        var isReplaced = before.Agent?.Schedule is { } own && own != before.Next(declaration.Schedule);
        Add("That takes the place of the schedule that its owner has set", isReplaced ? [Words(before.Agent!.Schedule!)] : []);
        Add("Tools", tools.Names.Order(StringComparer.Ordinal));
        Add("Asks the servers", tools.Hosts);
        var confidential = Confidential(declaration, values, before);
        Add("Could tell these servers, in the addresses that it asks, what it reads with", confidential);
        Add("Uses only these paths in its folder", tools.Paths);
        Add("Opens pages of", tools.BrowserHosts);
        Add("Tells its owner over", tools.Channels);
        if (tools.Channels.Count > 0 && !tools.Channels.Intersect(outbox.Channels).Any())
        {
            lines.Add("Nobody hears it: none of these channels is set up here (docs/alerts.md)");
        }

        Add("Reads what these agents came to", tools.Agents);
        Add("Reads the repositories", tools.Repositories);
        Add("Runs after", declaration.After);
        Add("Sends", round.Sends);
        var unplanned = Unplanned(plan, tools, values, before.Settings);
        Add("Reaches what its plan does not say", unplanned.Select(name => $"{name} = {values[name]}"));
        Add("Settings", values.Take(MostSettings).Select(setting => $"{setting.Key} = {setting.Value}"));
        var (unset, stays) = OwnedSettings.Told(plan, before.Settings, values);
        lines.AddRange([.. unset, .. stays]);
        var (limits, usual) = (declaration.Limits, AgentLimits.Default);
        var isModest = limits.Time <= usual.Time && limits.MemoryMb <= usual.MemoryMb && limits.Cores <= usual.Cores;
        if (!isModest)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"Takes more than usual: {limits.Time:c}, {limits.MemoryMb} MB, {limits.Cores} cores a run (usual: {usual.Time:c}, {usual.MemoryMb} MB, {usual.Cores})"));
        }

        lines.Add($"Costs: {Cost(declaration)}");
        Add("The model says of its plan", plan.Say is { } said ? [said] : []);
        lines.AddRange(plan.Assumes.Select(assumed => $"Takes for granted: {assumed}"));
        lines.AddRange(round.Rehearsal.Select(run => $"Rehearsal, {run}"));
        var readsOnly = !sends && isModest && confidential.Count == 0 && unplanned.Count == 0 && lost.Count == 0 && unset.Count == 0 && !isReplaced && tools.Names.All(Reading.Contains);
        return new PermissionsAsked(lines, when, readsOnly) { Stays = stays };
    }

    // What one version read another may carry away: all of them count.
    private List<string> Confidential(Declaration declaration, IReadOnlyDictionary<string, JsonElement> values, AgentBefore before)
    {
        List<DeclaredBefore> all = [new(declaration, values), .. before.Versions];
        var read = declaration.Tools.Hosts.Count == 0 ? [] : all.SelectMany(ReadOfOthers);
        // What stays among hosts inside does not get out.
        var inside = Hosts(declaration.Tools.Hosts, values).All(web.Value.IsPrivate) ? [] : all.SelectMany(Inside).Select(host => $"what is at {host}");
        return [.. read.Concat(inside).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
    }

    // What another agent said comes with a run after it as well.
    private static IEnumerable<string> ReadOfOthers(DeclaredBefore one) => one.Declaration.Tools.Names.Where(Private.Contains).Concat(one.Declaration.After.Select(name => $"after {name}"));

    // What a setting named that nobody knows any more may have been any host that is allowed, whatever it names today.
    private IEnumerable<string> Inside(DeclaredBefore one)
    {
        var words = one.Declaration.Tools.Hosts.Concat(one.Declaration.Tools.BrowserHosts);
        return one.Settings is { } known ? Hosts(words, SettingValues.Of(one.Declaration, known)).Where(web.Value.IsPrivate)
            : words.Where(word => SettingValues.Named(word) is null ? web.Value.IsPrivate(word) : web.Value.HasPrivate);
    }

    // By name, or by the address that a setting holds.
    private static IEnumerable<string> Hosts(IEnumerable<string> words, IReadOnlyDictionary<string, JsonElement> values) => words.SelectMany(word =>
        SettingValues.Named(word) is null ? [word] : SettingValues.Meant(word, values).Select(address => Uri.TryCreate(address, UriKind.Absolute, out var url) ? url.IdnHost : null).OfType<string>());

    // Settings that name what is reached, with a value that neither the plan nor the owner gave: a model's alone.
    private static List<string> Unplanned(Blueprint plan, ToolGrants tools, IReadOnlyDictionary<string, JsonElement> values, IReadOnlyDictionary<string, JsonElement> owned) =>
    [
        .. tools.Hosts.Concat(tools.BrowserHosts).Concat(tools.Agents).Concat(tools.Repositories).Select(SettingValues.Named).OfType<string>().Distinct(StringComparer.Ordinal)
            .Where(name => values.TryGetValue(name, out var value) && plan.Settings.All(one => one.Name != name || one.Value is not { } planned || !JsonElement.DeepEquals(planned, value))
                && !(owned.TryGetValue(name, out var own) && JsonElement.DeepEquals(own, value))),
    ];

    // What starts it today and will not any more.
    private static IEnumerable<string> Lost(Declaration declaration, AgentBefore before, DateTimeOffset now) =>
    [
        .. before.Schedule is { } schedule && !(schedule.At <= now) && before.Next(declaration.Schedule) is null ? [Words(schedule)] : Array.Empty<string>(),
        .. before.After.Except(declaration.After, StringComparer.Ordinal).Select(name => $"after {name}"),
    ];

    // As it will be, whatever the version itself declares.
    private static string When(AgentBefore before, AgentSchedule? declared, DateTimeOffset now)
    {
        var kept = before.Agent?.Schedule is { } own && own != declared && !before.Yields(declared)
            ? $"; its owner has set that in place of what it declares ({(declared is null ? "no schedule" : Words(declared))}): steward agents update {before.Agent.Name} --as-declared"
            : "";
        var rests = before.Agent?.State switch
        {
            AgentState.Paused => $". It is paused: steward agents resume {before.Agent.Name}",
            AgentState.Disabled => $". It is disabled, and does not run by itself: steward agents resume {before.Agent.Name}",
            _ => "",
        };
        return $"{When(before.Next(declared), now)}{kept}{rests}";
    }

    private static string When(AgentSchedule? schedule, DateTimeOffset now)
    {
        if (schedule is null)
        {
            return "when it is asked to, by a person, a webhook or another agent";
        }

        var often = ScheduleRules.InAMonth(new Schedule("agent", "agents.run", "{}") { Cron = schedule.Cron, Every = schedule.Every, At = schedule.At, TimeZone = schedule.Zone }, now, MostRuns);
        return schedule.At is { } at ? $"{Words(schedule)}{(at <= now ? ", which has passed" : "")}" : string.Create(CultureInfo.InvariantCulture, $"{Words(schedule)}, {often:N0} times a month");
    }

    private static string Words(AgentSchedule schedule) => schedule.At is { } at ? $"once, at {UtcTime.ToText(at)}"
        : string.Create(CultureInfo.InvariantCulture, $"{schedule.Cron ?? $"every {schedule.Every:c}"}{(schedule.Zone is { } zone ? $" ({zone})" : "")}");

    private string Cost(Declaration declaration)
    {
        if (!declaration.Tools.Names.Contains("model"))
        {
            return "nothing beyond this machine's time: it asks no model";
        }

        var questions = declaration.Limits.ModelCallsPerDay * DaysInAMonth;
        return string.Create(CultureInfo.InvariantCulture, $"at most {questions:N0} questions to {models.Value.Model} a month (limits.modelCallsPerDay)");
    }
}
