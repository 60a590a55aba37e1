using System.Text.Json;
using Steward.Agents.Declarations;

namespace Steward.Agents.Factory;

/// <summary>What an agent's owner has set, when a build changes the agent. Pure.</summary>
/// <param name="Values">The values, by name.</param>
/// <param name="Shown">The same as a model was shown them: with a mark in place of each secret.</param>
/// <param name="Declared">What the version declares that is changed.</param>
internal sealed record OwnedSettings(IReadOnlyDictionary<string, JsonElement> Values, IReadOnlyDictionary<string, JsonElement> Shown, IReadOnlyDictionary<string, SettingDeclaration> Declared)
{
    /// <summary>Of an agent that is new.</summary>
    public static OwnedSettings Nothing { get; } = new(new Dictionary<string, JsonElement>(), new Dictionary<string, JsonElement>(), new Dictionary<string, SettingDeclaration>());

    /// <summary>
    /// What stays under a plan: all that it has, but for a value of its own, which somebody has asked for. A plan that
    /// repeats what was declared says nothing about what was set.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement> Staying(Blueprint plan) => Values
        .Where(own => plan.Settings.FirstOrDefault(one => one.Name == own.Key) is { } planned && !Wants(planned, own.Value))
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>What is told of it: what a version does away with, which a person has to see, and what stays though the plan has another value.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="owned">What its owner has set.</param>
    /// <param name="values">The values with the new version.</param>
    public static (IReadOnlyList<string> Lost, IReadOnlyList<string> Stays) Told(Blueprint plan, IReadOnlyDictionary<string, JsonElement> owned, IReadOnlyDictionary<string, JsonElement> values)
    {
        List<string> lost = [], stays = [];
        foreach (var (name, own) in owned.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (!values.TryGetValue(name, out var value))
            {
                lost.Add($"Takes away what was set: {name} = {own}");
            }
            else if (!JsonElement.DeepEquals(own, value))
            {
                lost.Add($"Changes what was set: {name} = {value} in place of {own}");
            }
            else if (plan.Settings.FirstOrDefault(one => one.Name == name)?.Value is { } planned && !JsonElement.DeepEquals(own, planned))
            {
                stays.Add($"{name} stays as it was set, and is not {planned} as planned (steward agents update {plan.Name} --set {name}=VALUE)");
            }
        }

        return (lost, stays);
    }

    private bool Wants(BlueprintSetting planned, JsonElement own) => planned.Value is { } value && !JsonElement.DeepEquals(value, own)
        && !JsonElement.DeepEquals(value, Shown[planned.Name])
        && !(Declared.TryGetValue(planned.Name, out var before) && before.Default is { } standing && JsonElement.DeepEquals(value, standing));
}
