using System.Text.Json.Nodes;

namespace Steward.Simulation.GitHub;

/// <summary>Somebody on GitHub, and the App through which they act, where it is one.</summary>
internal sealed record Account(string Login, long? AppId = null)
{
    /// <summary>Where nothing else is said, changes come from this person.</summary>
    public static Account Developer { get; } = new("developer");

    // The same name is always the same account, and two names are hardly ever one.
    private long Id => Login.Aggregate(17L, (sum, letter) => ((sum * 31) + char.ToUpperInvariant(letter)) % 1_000_000_007);

    public JsonObject ToJson() => new()
    {
        ["login"] = Login,
        ["id"] = Id,
        ["node_id"] = $"U_{Id}",
        ["avatar_url"] = $"https://avatars.githubusercontent.com/u/{Id}",
        ["url"] = $"https://api.github.com/users/{Login}",
        ["html_url"] = $"https://github.com/{Login}",
        ["type"] = AppId is null ? "User" : "Bot",
        ["site_admin"] = false,
    };

    public JsonObject? App() => AppId is { } id ? new JsonObject { ["id"] = id, ["slug"] = Login.Replace("[bot]", "", StringComparison.Ordinal), ["node_id"] = $"A_{id}", ["name"] = "Steward" } : null;
}
