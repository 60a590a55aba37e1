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
/// <param name="ReadsOnly">True when it sends nothing out but questions to servers, with nothing in them that only its owner may see, and words to its owner, and costs nothing, and nothing is done away with that its owner has set.</param>
internal sealed record PermissionsAsked(IReadOnlyList<string> Lines, string When, bool ReadsOnly)
{
    /// <summary>What its owner has set, and stays though the plan has another value.</summary>
    public IReadOnlyList<string> Stays { get; init; } = [];
}

/// <summary>What an agent is until now.</summary>
/// <param name="Settings">What its owner has set.</param>
/// <param name="Versions">What each of its versions declared, with the settings that it had.</param>
internal sealed record AgentBefore(IReadOnlyDictionary<string, JsonElement> Settings, IReadOnlyList<DeclaredBefore> Versions)
{
    /// <summary>Of an agent that is new.</summary>
    public static AgentBefore Nothing { get; } = new(new Dictionary<string, JsonElement>(), []);
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
        var when = When(declaration.Schedule, now);
        List<string> lines = [$"Runs: {when}"];
        void Add(string about, IEnumerable<string> what)
        {
            if (string.Join(", ", what) is { Length: > 0 } text)
            {
                lines.Add($"{about}: {text}");
            }
        }

        Add("Tools", tools.Names.Order(StringComparer.Ordinal));
        Add("Asks the servers", tools.Hosts);
        var confidential = Confidential(declaration, values, before);
        Add("Could tell these servers, in the addresses that it asks, what it reads with", confidential);
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
        var (lost, stays) = OwnedSettings.Told(plan, before.Settings, values);
        lines.AddRange([.. lost, .. stays]);
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
        return new PermissionsAsked(lines, when, !sends && isModest && confidential.Count == 0 && unplanned.Count == 0 && lost.Count == 0 && tools.Names.All(Reading.Contains)) { Stays = stays };
    }

    // What one version read another may carry away: all of them count.
    private List<string> Confidential(Declaration declaration, IReadOnlyDictionary<string, JsonElement> values, AgentBefore before)
    {
        List<DeclaredBefore> all = [new(declaration, values), .. before.Versions];
        var read = declaration.Tools.Hosts.Count == 0 ? [] : all.SelectMany(one => one.Declaration.Tools.Names).Where(Private.Contains);
        // What stays among hosts inside does not get out.
        var inside = Hosts(declaration.Tools.Hosts, values).All(web.Value.IsPrivate) ? [] : all.SelectMany(Inside).Select(host => $"what is at {host}");
        return [.. read.Concat(inside).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
    }

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

    private static string When(AgentSchedule? schedule, DateTimeOffset now)
    {
        if (schedule is null)
        {
            return "when it is asked to, by a person, a webhook or another agent";
        }

        var often = ScheduleRules.InAMonth(new Schedule("agent", "agents.run", "{}") { Cron = schedule.Cron, Every = schedule.Every, At = schedule.At, TimeZone = schedule.Zone }, now, MostRuns);
        var zone = schedule.Zone is { } named ? $" ({named})" : "";
        return schedule.At is { } at ? $"once, at {UtcTime.ToText(at)}" : string.Create(CultureInfo.InvariantCulture, $"{schedule.Cron ?? $"every {schedule.Every:c}"}{zone}, {often:N0} times a month");
    }

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
