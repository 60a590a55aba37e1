using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Steward.Agents.Declarations;
using Steward.Alerts;
using Steward.Connectors.Models;
using Steward.Kernel;
using Steward.Platform.Scheduling;

namespace Steward.Agents.Factory;

/// <summary>What a person agrees to who lets an agent run.</summary>
/// <param name="Lines">In a few lines: when it runs, what it reaches, whom it tells, what it costs, and what it did in rehearsal.</param>
/// <param name="When">When it runs, in a sentence.</param>
/// <param name="ReadsOnly">True when it sends nothing out but questions to servers, with nothing in them that only its owner may see, and words to its owner, and costs nothing.</param>
internal sealed record PermissionsAsked(IReadOnlyList<string> Lines, string When, bool ReadsOnly);

/// <summary>Says what an agent may do and what it costs, from what it declares and not from what somebody says of it.</summary>
internal sealed class PermissionSummary(IOptions<ModelOptions> models, Outbox outbox)
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
    /// <param name="before">What the version declares whose place it takes: what that has read may be kept. Null for a new agent.</param>
    /// <param name="round">The version.</param>
    /// <param name="now">The time.</param>
    public PermissionsAsked Of(Blueprint plan, Declaration declaration, Declaration? before, BuildRound round, DateTimeOffset now)
    {
        var (tools, sends) = (declaration.Tools, round.Sends.Count > 0);
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
        var confidential = tools.Hosts.Count > 0 ? tools.Names.Union(before?.Tools.Names ?? new HashSet<string>()).Where(Private.Contains).Order(StringComparer.Ordinal).ToList() : [];
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
        Add("Settings", SettingValues.Of(declaration, Json.Read<Dictionary<string, JsonElement>>(round.Settings)).Take(MostSettings).Select(setting => $"{setting.Key} = {setting.Value}"));
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
        return new PermissionsAsked(lines, when, !sends && isModest && confidential.Count == 0 && tools.Names.All(Reading.Contains));
    }

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
