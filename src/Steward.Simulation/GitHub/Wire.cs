using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>What many of GitHub's answers have in common.</summary>
internal static class Wire
{
    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string? Time(DateTimeOffset? time) => time is { } known ? Time(known) : null;

    /// <summary>How far a check, a run, a job or a step is, in GitHub's two words.</summary>
    public static (string Status, string? Conclusion) Words(RunState state) => state switch
    {
        RunState.Queued => ("queued", null),
        RunState.Running => ("in_progress", null),
        RunState.Green => ("completed", "success"),
        RunState.Red => ("completed", "failure"),
        _ => ("completed", "cancelled"),
    };

    public static Reply NotFound => Reply.Message(404, "Not Found");

    public static Reply Invalid(string resource, string field, string code) => Reply.Json(422, new JsonObject
    {
        ["message"] = "Validation Failed",
        ["errors"] = new JsonArray(new JsonObject { ["resource"] = resource, ["field"] = field, ["code"] = code }),
        ["documentation_url"] = "https://docs.github.com/rest",
    });
}
