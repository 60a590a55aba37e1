using System.Text.Json;
using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;
using Steward.Connectors.Web;
using Steward.Kernel;

namespace Steward.Agents.Factory;

/// <summary>What holds of a plan whoever made it. Pure.</summary>
internal static class Blueprints
{
    /// <summary>How long an agent's name may be.</summary>
    public const int LongestName = 60;

    private const int MostTexts = 20;

    // More often, an agent is a service, and a source is asked more than it likes.
    private static readonly TimeSpan Often = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(3650);

    /// <summary>Null when a plan can be followed, else why not: told to who made it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="now">The time: what is past does not come.</param>
    /// <param name="web">Which hosts inside agents may reach.</param>
    /// <param name="before">What the agent is until now.</param>
    public static string? Fault(Blueprint plan, DateTimeOffset now, WebOptions web, AgentBefore before)
    {
        if (!CreateAgent.IsName(plan.Name))
        {
            return $"'name' must have 1 to {LongestName} small English letters, digits and dashes, and begin with a letter.";
        }

        if (plan.Tools.Any(tool => tool is null) || plan.Settings.Any(setting => setting is null))
        {
            return "'tools' and 'settings' have no empty entries.";
        }

        if (plan.Tools.GroupBy(tool => tool.Name, StringComparer.Ordinal).FirstOrDefault(one => one.Count() > 1) is { Key: { } twice })
        {
            return $"The tool '{twice}' stands twice: name it once, with all its hosts, channels or names.";
        }

        if (plan.Settings.GroupBy(setting => setting.Name, StringComparer.Ordinal).FirstOrDefault(one => one.Count() > 1) is { Key: { } again })
        {
            return $"The setting '{again}' stands twice.";
        }

        if (plan.Assumes.Count > MostTexts || plan.Settings.Count > MostTexts || plan.Tools.Count > MostTexts)
        {
            return $"'assumes', 'settings' and 'tools' have at most {MostTexts} entries each.";
        }

        if (plan.Schedule is { } schedule)
        {
            var read = DeclarationReader.ReadSchedule(schedule);
            if (read.IsRefused)
            {
                return read.Refusal.Message;
            }

            if (read.Value.At is { } at && at <= now && !before.HasTime(at))
            {
                return $"'at' is {UtcTime.ToText(at)}, which is past. It is {UtcTime.ToText(now)} now.";
            }

            if (read.Value.At > now + LongestWait)
            {
                return $"'at' is {UtcTime.ToText(read.Value.At.Value)}, which is more than {LongestWait.TotalDays / 365:0} years away.";
            }

            if (read.Value.Every < Often || (read.Value.Cron is { } cron && cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length > 5))
            {
                return "It runs at most once a minute: 'every' is 00:01:00 or longer, 'cron' has five fields.";
            }
        }

        var declared = DeclarationReader.Read(Json.Write(new
        {
            purpose = plan.Purpose,
            after = plan.After is { Count: > 0 } after ? after : null,
            settings = plan.Settings.ToDictionary(setting => setting.Name, setting => new { type = setting.Type, about = setting.About, @default = setting.Value }, StringComparer.Ordinal),
            tools = plan.Tools.ToDictionary(tool => tool.Name, Granted, StringComparer.Ordinal),
        }));
        if (declared.IsRefused)
        {
            return declared.Refusal.Message;
        }

        var named = declared.Value.Settings.Values.Where(setting => setting.Type == SettingType.Url).Select(setting => Uri.TryCreate(setting.Default?.GetString(), UriKind.Absolute, out var address) ? address.IdnHost : null);
        return declared.Value.Tools.Hosts.Concat(declared.Value.Tools.BrowserHosts).Where(host => !host.StartsWith('{')).Concat(named.OfType<string>()).FirstOrDefault(web.IsInside) is { } inside
            ? $"'{inside}' is no host of the open internet, and an agent reaches no other."
            : null;
    }

    /// <summary>What an agent declares beyond its plan, each a finding. A plan was shown to people: what was not in it nobody has seen.</summary>
    /// <param name="plan">What was planned.</param>
    /// <param name="declaration">What is declared.</param>
    /// <param name="settings">The values that would be stored with it.</param>
    /// <param name="owned">What its owner has set and the plan leaves alone.</param>
    public static IEnumerable<BuildFinding> Beyond(Blueprint plan, Declaration declaration, IReadOnlyDictionary<string, JsonElement> settings, IReadOnlyDictionary<string, JsonElement> owned)
    {
        BuildFinding Finding(string text) => new("plan", text);
        if (declaration.Purpose.Trim() != plan.Purpose.Trim())
        {
            yield return Finding("The declared purpose is not that of the plan. Take the plan's, word for word.");
        }

        foreach (var tool in declaration.Tools.Names.Where(name => plan.Tools.All(one => one.Name != name)))
        {
            yield return Finding($"The declaration names the tool '{tool}', and the plan does not. Do without it.");
        }

        foreach (var (tool, hosts) in new[] { ("http", declaration.Tools.Hosts), ("browser", declaration.Tools.BrowserHosts) })
        {
            foreach (var host in hosts.Except(plan.Tools.Where(one => one.Name == tool).SelectMany(one => one.Hosts ?? []).Select(AsAsked), StringComparer.OrdinalIgnoreCase))
            {
                yield return Finding($"The declaration lets {tool} reach '{host}', and the plan does not. Ask the hosts of the plan only.");
            }
        }

        foreach (var channel in declaration.Tools.Channels.Except(plan.Tools.Where(one => one.Name == "notify").SelectMany(one => one.Channels ?? []).Select(DeclarationReader.AsChannel), StringComparer.Ordinal))
        {
            yield return Finding($"The declaration lets notify use '{channel}', and the plan does not.");
        }

        foreach (var (tool, names) in new[] { ("agents", declaration.Tools.Agents), ("github", declaration.Tools.Repositories) })
        {
            // What a setting of the plan names was seen with it: its value is bound below, and where the plan has none a person sees it.
            var seen = plan.Tools.Where(one => one.Name == tool).SelectMany(one => one.Names ?? []).Concat(plan.Settings.Select(setting => $"{{{setting.Name}}}"));
            foreach (var name in names.Except(seen, StringComparer.OrdinalIgnoreCase))
            {
                yield return Finding($"The declaration lets {tool} read '{name}', and the plan does not.");
            }
        }

        foreach (var other in declaration.After.Except(plan.After ?? [], StringComparer.Ordinal))
        {
            yield return Finding($"The declaration lets it run after '{other}', and the plan does not. Leave that out of 'after'.");
        }

        foreach (var other in (plan.After ?? []).Except(declaration.After, StringComparer.Ordinal))
        {
            yield return Finding($"The plan lets it run after '{other}', and the declaration does not. Name it under 'after'.");
        }

        var wanted = plan.Schedule is { } planned && DeclarationReader.ReadSchedule(planned) is { IsRefused: false } schedule ? schedule.Value : null;
        if (declaration.Schedule != wanted)
        {
            yield return Finding(wanted is null ? "The plan has no schedule: it is started by hand, a webhook or another agent. Declare none." : "The declared schedule is not that of the plan. Take the plan's, word for word.");
        }

        foreach (var name in owned.Keys.Where(name => !declaration.Settings.ContainsKey(name)))
        {
            yield return Finding($"The plan keeps the setting '{name}', which has been set, and the declaration has it not. Declare it.");
        }

        // What is stored counts as much as what is declared: that is the value again when somebody takes the stored one out.
        IEnumerable<JsonElement> Values(string name, SettingDeclaration setting)
        {
            if (settings.TryGetValue(name, out var given) && !(owned.TryGetValue(name, out var own) && JsonElement.DeepEquals(own, given)))
            {
                yield return given;
            }

            if (setting.Default is { } standing)
            {
                yield return standing;
            }
        }

        foreach (var (name, setting) in declaration.Settings)
        {
            var known = plan.Settings.FirstOrDefault(one => one.Name == name);
            if (known is null)
            {
                yield return Finding($"The declaration has the setting '{name}', and the plan does not.");
            }
            else if (known.Value is { } value && Values(name, setting).Where(real => !JsonElement.DeepEquals(value, real)).Cast<JsonElement?>().FirstOrDefault() is { } other)
            {
                yield return Finding($"The setting '{name}' is {other.GetRawText()}, and the plan says {value.GetRawText()}. Take the plan's value.");
            }
        }
    }

    // As a declaration holds it: the name under which it is asked.
    private static string AsAsked(string host) => Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var address) && !host.StartsWith('{') ? address.IdnHost : host;

    private static object Granted(BlueprintTool tool) => tool.Name switch
    {
        "http" or "browser" => new { hosts = tool.Hosts ?? [] },
        "notify" => new { channels = tool.Channels ?? [] },
        "agents" => new { names = tool.Names ?? [] },
        "github" when tool.Names is { Count: > 0 } names => new { repositories = names },
        _ => new { },
    };
}
