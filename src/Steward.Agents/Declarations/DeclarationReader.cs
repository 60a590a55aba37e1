using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Steward.Alerts;
using Steward.Connectors.GitHub;
using Steward.Kernel;
using Steward.Platform.Scheduling;

namespace Steward.Agents.Declarations;

/// <summary>Reads a declaration and refuses what it does not understand, by name. Pure.</summary>
public static partial class DeclarationReader
{
    private const int LongestPurpose = 500;
    private const int MostSettings = 50;
    private const int MostHosts = 50;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };
    private static readonly string[] Members = ["purpose", "schedule", "after", "settings", "tools", "limits"];
    private static readonly string[] ToolNames = ["http", "browser", "notify", "files", "memory", "agents", "github", "railway", "n8n", "model"];

    /// <summary>Reads the JSON of a declaration.</summary>
    public static Outcome<Declaration> Read(string json) => Read(json, isKept: false);

    /// <summary>Reads one that was taken before: what an earlier Steward let pass does not make its agent disappear.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public static Declaration ReadKept(string json) =>
        Read(json, isKept: true) is { IsRefused: false } read ? read.Value : throw new InvalidOperationException("A declaration in the store cannot be read.");

    /// <summary>A channel by the name that the outbox knows.</summary>
    internal static string AsChannel(string word) => word == "email" ? "mail" : word;

    private static Outcome<Declaration> Read(string json, bool isKept)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return JsonTexts.Broken(document.RootElement) is { } path ? Broken($"declaration{path}") : Read(document.RootElement, isKept);
        }
        catch (JsonException e)
        {
            return Refusal.Invalid("declaration", $"The declaration is not JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            // Whoever looks for names that stand there twice stumbles over one with half of a character.
            return Broken("declaration");
        }
        catch (FaultException fault)
        {
            return Refusal.Invalid($"declaration.{fault.Field}", fault.Message);
        }
    }

    /// <summary>Reads a schedule that somebody gives an agent in place of the declared one, in the words of a declaration.</summary>
    public static Outcome<AgentSchedule> ReadSchedule(JsonElement schedule)
    {
        if (JsonTexts.Broken(schedule) is { } path)
        {
            return Broken($"schedule{path}");
        }

        try
        {
            return Schedule(JsonSerializer.SerializeToElement(new { schedule }))!;
        }
        catch (FaultException fault)
        {
            return Refusal.Invalid(fault.Field, fault.Message);
        }
    }

    private static Refusal Broken(string path) => Refusal.Invalid(path, $"'{path}' has half of a character: a surrogate without its other half.");

    private static Declaration Read(JsonElement root, bool isKept)
    {
        Only(root, "", Members);
        var purpose = Text(root, "purpose") ?? "";
        if (purpose.Length is 0 or > LongestPurpose)
        {
            throw new FaultException("purpose", $"The declaration needs a 'purpose' of 1 to {LongestPurpose} characters: one sentence for people.");
        }

        var settings = Settings(root);
        return new Declaration(purpose, Schedule(root), settings, Tools(root, settings, isKept), Limits(root, isKept), After(root));
    }

    private static AgentSchedule? Schedule(JsonElement root)
    {
        if (Object(root, "schedule", "cron", "every", "at", "zone", "misfire") is not { } schedule)
        {
            return null;
        }

        var misfire = Text(schedule, "misfire", "schedule.") switch
        {
            null or "run-once" => MissedRuns.RunOnce,
            "skip" => MissedRuns.Skip,
            var other => throw new FaultException("schedule.misfire", $"'{other}' is not 'run-once' or 'skip'."),
        };
        var (cron, every, at) = (Text(schedule, "cron", "schedule."), Text(schedule, "every", "schedule."), Text(schedule, "at", "schedule."));
        if (new[] { cron, every, at }.Count(one => one is not null) != 1)
        {
            throw new FaultException("schedule", "A schedule has one of 'cron', 'every' and 'at'.");
        }

        var read = new AgentSchedule(cron, every is null ? null : Span(every, "schedule.every"), at is null ? null : Time(at, "schedule.at"), Text(schedule, "zone", "schedule."), misfire);
        if (ScheduleRules.Check(new Schedule("agent", "agents.run", "{}") { Cron = read.Cron, Every = read.Every, At = read.At, TimeZone = read.Zone }) is { } refusal)
        {
            throw new FaultException($"schedule.{(refusal.Field == "timeZone" ? "zone" : refusal.Field)}", refusal.Message);
        }

        return read;
    }

    private static IReadOnlyList<string> After(JsonElement root) => root.TryGetProperty("after", out _) ? [.. Texts(root, "after", "").Select(name => AgentName(name, "after")).Distinct()] : [];

    private static string AgentName(string name, string path) => Catalogue.CreateAgent.IsName(name) ? name : throw new FaultException(path, $"'{name}' is not the name of an agent: small letters, digits and dashes.");

    private static Dictionary<string, SettingDeclaration> Settings(JsonElement root)
    {
        var settings = new Dictionary<string, SettingDeclaration>(StringComparer.Ordinal);
        foreach (var member in Object(root, "settings")?.EnumerateObject() ?? default)
        {
            var path = $"settings.{member.Name}";
            if (!Name().IsMatch(member.Name) || settings.Count == MostSettings)
            {
                throw new FaultException(path, settings.Count == MostSettings ? $"There are more than {MostSettings} settings." : "A setting's name has 1 to 40 letters, digits and '_', and begins with a letter.");
            }

            Only(member.Value, $"{path}.", "type", "about", "default");
            if (!Words.TryRead<SettingType>(Text(member.Value, "type", $"{path}."), out var type))
            {
                throw new FaultException($"{path}.type", "The type is text, number, flag, url or list.");
            }

            var setting = new SettingDeclaration(type, Text(member.Value, "about", $"{path}.") ?? "", member.Value.TryGetProperty("default", out var value) ? value.Clone() : null);
            if (setting.Default is { } preset && setting.Check(member.Name, preset) is { } wrong)
            {
                throw new FaultException($"{path}.default", wrong.Message);
            }

            settings[member.Name] = setting;
        }

        return settings;
    }

    private static AgentLimits Limits(JsonElement root, bool isKept)
    {
        var limits = AgentLimits.Default;
        if (Object(root, "limits", "time", "memoryMb", "cores", "retries", "modelCallsPerDay") is not { } given)
        {
            return limits;
        }

        var time = Text(given, "time", "limits.") is { } text ? Span(text, "limits.time") : limits.Time;
        return new AgentLimits(
            time >= TimeSpan.FromSeconds(1) && time <= TimeSpan.FromHours(24) ? time : throw new FaultException("limits.time", "The time is from 1 s to 24 hours."),
            Whole(given, "memoryMb", limits.MemoryMb, 64, 4096, isKept), Number(given, "cores", limits.Cores, 0.05, 4), Whole(given, "retries", limits.Retries, 0, 3, isKept))
        {
            ModelCallsPerDay = Whole(given, "modelCallsPerDay", limits.ModelCallsPerDay, 1, 1000, isKept),
        };
    }

    // A name in braces stands for what its owner sets.
    private static bool StandsFor(string word, Dictionary<string, SettingDeclaration> settings, SettingType type, string path) =>
        word is ['{', .. var name, '}'] && (settings.TryGetValue(name, out var setting) && setting.Type == type
            ? true
            : throw new FaultException(path, $"'{word}' stands for a setting of type {JsonNamingPolicy.CamelCase.ConvertName(type.ToString())}, and there is no such setting."));

    private static string Repository(string name, string path) => GitHubRepo.TryParse(name, out _) ? name : throw new FaultException(path, $"'{name}' is not the name of a repository; write owner/name, such as acme/shop.");

    private static string Channel(string word, string path, bool isKept) => AsChannel(word) is var name && (isKept || Outbox.AllChannels.Contains(name))
        ? name
        : throw new FaultException($"{path}.channels", $"'{word}' is not a channel. There are {string.Join(", ", Outbox.AllChannels)}.");

    private static string Host(string host, Dictionary<string, SettingDeclaration> settings, string path)
    {
        if (StandsFor(host, settings, SettingType.Url, $"{path}.hosts"))
        {
            return host;
        }

        // Letters outside ASCII as they are asked for: the tools hold it against Uri.IdnHost.
        return Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var url)
            ? url.IdnHost
            : throw new FaultException($"{path}.hosts", $"'{host}' is not the name of a host, such as 'api.example.org'; no scheme, no port, no wildcard.");
    }

    private static JsonElement? Object(JsonElement parent, string name, params string[] members)
    {
        if (!parent.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (members.Length > 0)
        {
            Only(value, $"{name}.", members);
        }
        else if (value.ValueKind != JsonValueKind.Object)
        {
            throw new FaultException(name, $"'{name}' must be an object.");
        }

        return value;
    }

    private static void Only(JsonElement value, string path, params string[] members)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new FaultException(path.TrimEnd('.'), $"'{path.TrimEnd('.')}' must be an object.");
        }

        foreach (var member in value.EnumerateObject().Where(member => !members.Contains(member.Name)))
        {
            throw new FaultException($"{path}{member.Name}", $"Nobody knows '{path}{member.Name}'. There {(members.Length == 0 ? "is nothing to say here" : $"are {string.Join(", ", members)}")}.");
        }
    }

    private static string? Text(JsonElement parent, string name, string path = "") =>
        !parent.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new FaultException($"{path}{name}", $"'{path}{name}' must be a text.");

    private static IReadOnlyList<string> Texts(JsonElement parent, string name, string path) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is > 0 and <= MostHosts && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw new FaultException($"{path}.{name}".TrimStart('.'), $"'{$"{path}.{name}".TrimStart('.')}' must be a list of 1 to {MostHosts} texts.");

    private static double Number(JsonElement parent, string name, double preset, double least, double most) =>
        !parent.TryGetProperty(name, out var value) ? preset
        : value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number >= least && number <= most ? number
        : throw new FaultException($"limits.{name}", string.Create(CultureInfo.InvariantCulture, $"'limits.{name}' must be a number from {least} to {most}."));

    private static int Whole(JsonElement parent, string name, int preset, int least, int most, bool isKept) =>
        Number(parent, name, preset, least, most) is var number && (isKept || double.IsInteger(number))
            ? (int)number
            : throw new FaultException($"limits.{name}", $"'limits.{name}' must be a whole number from {least} to {most}.");

    private static TimeSpan Span(string text, string path) => Duration.TryRead(text, out var span) && span.Ticks % TimeSpan.TicksPerSecond == 0
        ? span : throw new FaultException(path, $"'{text}' is not a time span as hh:mm:ss, such as 00:15:00; 36 hours are 36:00:00 or 1.12:00:00.");

    private static DateTimeOffset Time(string text, string path) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        ? time : throw new FaultException(path, $"'{text}' is not a time, such as 2030-01-01T08:00:00Z.");

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    private sealed class FaultException(string field, string message) : Exception(message)
    {
        public string Field { get; } = field;
    }
}
