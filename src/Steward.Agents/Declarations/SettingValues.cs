using System.Text.Json;
using Steward.Kernel;

namespace Steward.Agents.Declarations;

/// <summary>The values of an agent's settings. Pure.</summary>
public static class SettingValues
{
    /// <summary>All values: those that were set, and the defaults of the others.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Of(Declaration declaration, IReadOnlyDictionary<string, JsonElement> set) => declaration.Settings
        .Select(setting => (setting.Key, Value: set.TryGetValue(setting.Key, out var value) ? value : setting.Value.Default))
        .Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!.Value, StringComparer.Ordinal);

    /// <summary>The values with others that were written as text, each read by its type. What nobody declared stays a text, and <see cref="Check"/> names it.</summary>
    public static IReadOnlyDictionary<string, JsonElement> With(Declaration declaration, IReadOnlyDictionary<string, JsonElement> set, IReadOnlyDictionary<string, string> written)
    {
        var all = new Dictionary<string, JsonElement>(set, StringComparer.Ordinal);
        foreach (var (name, text) in written)
        {
            all[name] = declaration.Settings.TryGetValue(name, out var setting) && text is not null ? setting.Parse(text) : JsonSerializer.SerializeToElement(text);
        }

        return all;
    }

    /// <summary>What a word of a declaration means: the value of the setting that it names in braces; itself where it names none.</summary>
    public static IEnumerable<string> Meant(string word, IReadOnlyDictionary<string, JsonElement> values) =>
        Named(word) is not { } setting ? [word]
        : !values.TryGetValue(setting, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(item => item.GetString()!)
        : value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? [text] : [];

    /// <summary>The setting that a word of a declaration names in braces; null where it names none.</summary>
    public static string? Named(string word) => word is ['{', .. var setting, '}'] ? setting : null;

    /// <summary>Null when everything that was set is known and of its type and nothing is missing, else the first fault.</summary>
    public static Refusal? Check(Declaration declaration, IReadOnlyDictionary<string, JsonElement> set)
    {
        foreach (var (name, value) in set)
        {
            if (!declaration.Settings.TryGetValue(name, out var setting))
            {
                return Refusal.Invalid($"settings.{name}", $"The agent has no setting '{name}'. It has {(declaration.Settings.Count == 0 ? "none" : string.Join(", ", declaration.Settings.Keys))}.");
            }

            if (setting.Check(name, value) is { } wrong)
            {
                return wrong with { Field = $"settings.{name}" };
            }
        }

        return declaration.Settings.FirstOrDefault(setting => setting.Value.Default is null && !set.ContainsKey(setting.Key)) is { Key: { } missing } one
            ? Refusal.Invalid($"settings.{missing}", $"The setting '{missing}' is missing: {one.Value.About}")
            : null;
    }
}
