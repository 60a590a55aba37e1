using System.Text.Json;

namespace Steward.Agents.Factory;

/// <summary>What is to be made, as the model understood the wish. It is shown before anything is written, and bounds what the agent may declare.</summary>
/// <param name="Name">The agent's name.</param>
/// <param name="Purpose">What it is for, in the language of the wish.</param>
/// <param name="Schedule">When it runs, in the words of a declaration; null when it is started by hand, a webhook or another agent.</param>
/// <param name="Settings">What its owner can set, with the values that the wish gives.</param>
/// <param name="Tools">What it may use.</param>
/// <param name="Success">What a good run is.</param>
/// <param name="Sends">What it tells or sends, to whom, and when.</param>
/// <param name="Assumes">What was taken for granted because the wish does not say it.</param>
/// <param name="Templates">The templates that are nearest to it.</param>
public sealed record Blueprint(
    string Name, string Purpose, JsonElement? Schedule, IReadOnlyList<BlueprintSetting> Settings, IReadOnlyList<BlueprintTool> Tools, string Success, string Sends,
    IReadOnlyList<string> Assumes, IReadOnlyList<string> Templates)
{
    /// <summary>What the model said beside it, such as what it left out of the wish and why; null for nothing.</summary>
    public string? Say { get; init; }

    /// <summary>The agents after whose successful runs it runs, for a change of one that does so; null for none.</summary>
    public IReadOnlyList<string>? After { get; init; }
}

/// <summary>A setting of the agent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">text, number, flag, url or list.</param>
/// <param name="About">What it means.</param>
/// <param name="Value">The value that the wish gives, or a sensible one.</param>
public sealed record BlueprintSetting(string Name, string Type, string About, JsonElement? Value = null);

/// <summary>A tool that the agent may use.</summary>
/// <param name="Name">Its name, as in a declaration.</param>
/// <param name="Why">What for.</param>
/// <param name="Hosts">For <c>http</c> and <c>browser</c>: the hosts; <c>{url}</c> for that of a setting.</param>
/// <param name="Channels">For <c>notify</c>: the channels.</param>
/// <param name="Names">For <c>agents</c>: whose results; for <c>github</c>: which repositories.</param>
public sealed record BlueprintTool(string Name, string Why, IReadOnlyList<string>? Hosts = null, IReadOnlyList<string>? Channels = null, IReadOnlyList<string>? Names = null);
