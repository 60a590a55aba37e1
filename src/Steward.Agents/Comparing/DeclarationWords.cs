using System.Globalization;
using System.Text.Json;
using Steward.Agents.Declarations;
using Steward.Kernel;
using Steward.Platform.Scheduling;

namespace Steward.Agents.Comparing;

/// <summary>What a declaration says, in words for people. Pure.</summary>
internal static class DeclarationWords
{
    private const int LongestShown = 100;

    /// <summary>What a tool is for.</summary>
    public static string Tool(string name) => name switch
    {
        "http" => "use http: ask servers, and send them something where the policy allows it",
        "browser" => "use browser: open pages, click and fill in",
        "notify" => "use notify: tell people",
        "files" => "use files: keep files in a folder of its own",
        "memory" => "use memory: keep values between runs",
        "agents" => "use agents: read what other agents came to",
        "github" => "use github: read pull requests, issues and workflow runs",
        "railway" => "use railway: read services, deployments and usage",
        "n8n" => "use n8n: read workflows and failures",
        "model" => "use model: ask a language model, which may cost money",
        _ => $"use {name}",
    };

    /// <summary>A name, or the setting that a name in braces stands for.</summary>
    public static string Meant(string word) => word is ['{', .. var setting, '}'] ? $"what the setting '{setting}' names" : word;

    /// <summary>When it runs.</summary>
    public static string When(AgentSchedule? schedule)
    {
        if (schedule is null)
        {
            return "only when it is started";
        }

        var missed = schedule.Misfire == MissedRuns.Skip ? ", missed times skipped" : "";
        return schedule switch
        {
            { Cron: { } cron } => $"at '{cron}'{(schedule.Zone is { } zone ? $" ({zone})" : " (UTC)")}{missed}",
            { Every: { } every } => string.Create(CultureInfo.InvariantCulture, $"every {every:c}{missed}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"once, at {schedule.At:u}{missed}"),
        };
    }

    /// <summary>Of what type a setting is, and what it is when nobody sets it.</summary>
    public static string Setting(SettingDeclaration setting)
    {
        var type = JsonNamingPolicy.CamelCase.ConvertName(setting.Type.ToString());
        return setting.Default is { } value ? $"{type}, {Shown(value.GetRawText())} unless it is set" : $"{type}, has to be set";
    }

    /// <summary>A text, cut to what fits into a sentence.</summary>
    public static string Shown(string text) => text.Cut(LongestShown, "...");
}
