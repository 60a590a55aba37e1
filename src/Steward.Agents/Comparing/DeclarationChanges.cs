using System.Globalization;
using Steward.Agents.Declarations;
using Steward.Agents.Workshop;

namespace Steward.Agents.Comparing;

/// <summary>What differs between two declarations: first what the agent may do in addition, which is what somebody approves. Pure.</summary>
internal static class DeclarationChanges
{
    private static readonly Declaration Nothing = new("", null, new Dictionary<string, SettingDeclaration>(), new ToolGrants(new HashSet<string>(), [], [], [], [], []), AgentLimits.Default, []);

    /// <summary>All that an agent declares, as something that it gains.</summary>
    public static IReadOnlyList<DeclarationChange> All(Declaration declaration) => [.. Rights(Nothing.Tools, declaration.Tools), .. Starts(Nothing, declaration), .. Settings(Nothing, declaration), .. Limits(Nothing.Limits, declaration.Limits, ChangeKind.Gained)];

    /// <summary>What differs from one version to another.</summary>
    /// <param name="from">The one.</param>
    /// <param name="to">The other.</param>
    public static IReadOnlyList<DeclarationChange> Between((Declaration Declaration, AgentLanguage Language) from, (Declaration Declaration, AgentLanguage Language) to)
    {
        var (old, now) = (from.Declaration, to.Declaration);
        var rights = Rights(old.Tools, now.Tools).ToLookup(change => change.Kind == ChangeKind.Gained);
        return
        [
            .. rights[true], .. Starts(old, now), .. Limits(old.Limits, now.Limits), .. rights[false], .. Settings(old, now),
            .. Changed("purpose", old.Purpose, now.Purpose, purpose => $"is for: {purpose}"),
            .. Changed("language", from.Language, to.Language, language => $"is written in {(language == AgentLanguage.Csharp ? "C#" : "Python")}"),
        ];
    }

    private static IEnumerable<DeclarationChange> Rights(ToolGrants old, ToolGrants now) =>
    [
        .. Names("tool", old.Names, now.Names, DeclarationWords.Tool, "may"),
        .. Names("host", old.Hosts, now.Hosts, host => $"ask the host {DeclarationWords.Meant(host)}", "may"),
        .. Names("page", old.BrowserHosts, now.BrowserHosts, host => $"open pages of {DeclarationWords.Meant(host)}", "may"),
        .. Paths(old, now),
        .. Names("channel", old.Channels, now.Channels, channel => $"tell people over {channel}", "may"),
        .. Names("agent", old.Agents, now.Agents, agent => $"read what {DeclarationWords.Meant(agent)} came to", "may"),
        .. Names("repository", old.Repositories, now.Repositories, repository => $"read the repository {DeclarationWords.Meant(repository)}", "may"),
    ];

    // None of them is all of the folder.
    private static IEnumerable<DeclarationChange> Paths(ToolGrants old, ToolGrants now) =>
        !old.Names.Contains("files") || !now.Names.Contains("files") || old.Paths.Count == 0 == (now.Paths.Count == 0) ? Names("path", old.Paths, now.Paths, path => $"use '{path}' in its folder", "may")
        : now.Paths.Count == 0 ? [new DeclarationChange(ChangeKind.Gained, "path", "may use all of its folder")]
        : [new DeclarationChange(ChangeKind.Lost, "path", $"may no longer use all of its folder, only {string.Join(", ", now.Paths.Select(path => $"'{path}'"))}")];

    private static IEnumerable<DeclarationChange> Starts(Declaration old, Declaration now) =>
    [
        .. Changed("schedule", old.Schedule, now.Schedule, schedule => $"runs {DeclarationWords.When(schedule)}", old.Schedule is null ? ChangeKind.Gained : now.Schedule is null ? ChangeKind.Lost : ChangeKind.Changed),
        .. Names("after", old.After, now.After, agent => $"run after each run of {agent} that succeeds", "does"),
    ];

    private static IEnumerable<DeclarationChange> Settings(Declaration old, Declaration now)
    {
        foreach (var (name, setting) in now.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal))
        {
            var (about, words) = (setting.About.Length > 0 ? $": {setting.About}" : "", DeclarationWords.Setting(setting));
            if (!old.Settings.TryGetValue(name, out var before))
            {
                yield return new DeclarationChange(ChangeKind.Gained, "setting", $"has the setting '{name}' ({words}){about}");
            }
            else if (DeclarationWords.Setting(before) is var was && (was != words || before.About != setting.About || before.Default?.GetRawText() != setting.Default?.GetRawText()))
            {
                yield return new DeclarationChange(ChangeKind.Changed, "setting", $"has the setting '{name}' ({words}{(was == words ? "" : $"; it was {was}")}){about}");
            }
        }

        foreach (var name in old.Settings.Keys.Except(now.Settings.Keys).Order(StringComparer.Ordinal))
        {
            yield return new DeclarationChange(ChangeKind.Lost, "setting", $"has the setting '{name}' no more");
        }
    }

    private static IEnumerable<DeclarationChange> Limits(AgentLimits old, AgentLimits now, ChangeKind kind = ChangeKind.Changed) =>
    [
        .. Changed("limit", old.Time, now.Time, time => string.Create(CultureInfo.InvariantCulture, $"may take {time:c} for a run"), kind),
        .. Changed("limit", old.MemoryMb, now.MemoryMb, memory => string.Create(CultureInfo.InvariantCulture, $"may use {memory} MB of memory"), kind),
        .. Changed("limit", old.Cores, now.Cores, cores => string.Create(CultureInfo.InvariantCulture, $"may use {cores} of a core"), kind),
        .. Changed("limit", old.Retries, now.Retries, retries => $"is tried again after a failure {Times(retries)}", kind),
        .. Changed("limit", old.ModelCallsPerDay, now.ModelCallsPerDay, calls => $"may ask a model {Times(calls)} in 24 hours", kind),
    ];

    private static string Times(int count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");

    private static IEnumerable<DeclarationChange> Names(string about, IEnumerable<string> old, IEnumerable<string> now, Func<string, string> words, string verb) =>
    [
        .. now.Except(old).Order(StringComparer.Ordinal).Select(name => new DeclarationChange(ChangeKind.Gained, about, $"{verb} {words(name)}")),
        .. old.Except(now).Order(StringComparer.Ordinal).Select(name => new DeclarationChange(ChangeKind.Lost, about, $"{verb} no longer {words(name)}")),
    ];

    private static IEnumerable<DeclarationChange> Changed<T>(string about, T old, T now, Func<T, string> words, ChangeKind kind = ChangeKind.Changed)
    {
        if (!EqualityComparer<T>.Default.Equals(old, now))
        {
            yield return new DeclarationChange(kind, about, kind == ChangeKind.Gained ? words(now) : $"{words(now)} (before: {words(old)})");
        }
    }
}
