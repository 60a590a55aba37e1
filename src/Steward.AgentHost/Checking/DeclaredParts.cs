using System.Text.Json;

namespace Steward.AgentHost.Checking;

/// <summary>
/// The parts of a declaration that code has to agree with. What is not as it should be is left out here: the server reads the
/// declaration in full, and refuses it by the name of the field.
/// </summary>
internal sealed class DeclaredParts
{
    public DeclaredParts(string json)
    {
        JsonElement root = default;
        try
        {
            root = JsonSerializer.Deserialize<JsonElement>(json);
        }
        catch (JsonException)
        {
            // The server says what is wrong with it.
        }

        IsRead = root.ValueKind == JsonValueKind.Object;
        var tools = Member(root, "tools");
        Tools = [.. Names(tools)];
        Settings = Names(Member(root, "settings")).ToDictionary(name => name, name => Text(Member(Member(root, "settings"), name), "type")?.ToLowerInvariant() ?? "", StringComparer.Ordinal);
        Abouts = Names(Member(root, "settings")).ToDictionary(name => name, name => Text(Member(Member(root, "settings"), name), "about") ?? "", StringComparer.Ordinal);
        Defaults = Names(Member(root, "settings")).ToDictionary(name => name, name => Defaulted(Member(Member(Member(root, "settings"), name), "default")), StringComparer.Ordinal);
        (Hosts, BrowserHosts) = (Texts(Member(Member(tools, "http"), "hosts")), Texts(Member(Member(tools, "browser"), "hosts")));
        (AgentNames, Repositories) = (Texts(Member(Member(tools, "agents"), "names")), Texts(Member(Member(tools, "github"), "repositories")));
        var schedule = Member(root, "schedule");
        (Purpose, Cron, Every, At) = (Text(root, "purpose") ?? "", Text(schedule, "cron"), Text(schedule, "every"), Text(schedule, "at"));
    }

    /// <summary>Whether it is JSON at all.</summary>
    public bool IsRead { get; }

    /// <summary>What the agent is for.</summary>
    public string Purpose { get; }

    /// <summary>Its cron expression.</summary>
    public string? Cron { get; }

    /// <summary>Its interval.</summary>
    public string? Every { get; }

    /// <summary>The one time at which it runs.</summary>
    public string? At { get; }

    /// <summary>The names of its tools.</summary>
    public IReadOnlyList<string> Tools { get; }

    /// <summary>The types of its settings, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>What is said about each setting.</summary>
    public IReadOnlyDictionary<string, string> Abouts { get; }

    /// <summary>The texts that settings have as long as nobody sets them, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Defaults { get; }

    /// <summary>The hosts of <c>http</c>.</summary>
    public IReadOnlyList<string> Hosts { get; }

    /// <summary>The hosts of <c>browser</c>.</summary>
    public IReadOnlyList<string> BrowserHosts { get; }

    /// <summary>The agents that it may ask about.</summary>
    public IReadOnlyList<string> AgentNames { get; }

    /// <summary>The repositories that it may read.</summary>
    public IReadOnlyList<string> Repositories { get; }

    private static JsonElement Member(JsonElement parent, string name) => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) ? member : default;

    private static IEnumerable<string> Names(JsonElement parent) => parent.ValueKind == JsonValueKind.Object ? parent.EnumerateObject().Select(member => member.Name).Distinct() : [];

    private static string? Text(JsonElement parent, string name) => Member(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static IReadOnlyList<string> Defaulted(JsonElement value) => value.ValueKind == JsonValueKind.String ? [value.GetString()!] : [.. value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!) : []];

    private static IReadOnlyList<string> Texts(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!.ToLowerInvariant())] : [];
}
