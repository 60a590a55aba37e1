using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward elevations</c>: wider levels for a time.</summary>
internal static class ElevationCommands
{
    public static Command Build() => new("elevations", "Give an actor a wider level for one target and a time")
    {
        Lists.Command("list", "Elevations, newest first", "api/elevations", [], "There are no elevations.",
            ("id", elevation => elevation.Text("id")),
            ("actor", elevation => elevation.Text("actor")),
            ("target", elevation => elevation.Text("target")),
            ("level", elevation => elevation.Text("level")),
            ("until", elevation => elevation.Time("expiresAt")),
            ("ended", elevation => elevation.Time("endedAt")),
            ("reason", elevation => elevation.Text("reason"))),
        Grant(),
        End(),
    };

    private static Command Grant()
    {
        Option<string> actor = new("--actor") { Description = "Who may do more", Required = true };
        Option<string> target = new("--target") { Description = "For which service, or which target of a call", Required = true };
        Option<string> level = new("--level") { Description = "Up to which level: supervised, autonomous", Required = true };
        Option<string> reason = new("--reason") { Description = "Why", Required = true };
        Option<double?> minutes = new("--minutes") { Description = "For how long (the policy's default when left out)" };
        return new Command("grant", "Grant an elevation; it ends by itself") { actor, target, level, reason, minutes }.Does(async talk =>
        {
            var body = new JsonObject { ["actor"] = talk.Value(actor), ["target"] = talk.Value(target), ["level"] = talk.Value(level), ["reason"] = talk.Value(reason) };
            if (talk.Value(minutes) is { } howLong)
            {
                body["minutes"] = howLong;
            }

            var elevation = await talk.SendAsync(HttpMethod.Post, "api/elevations", body);
            talk.Output.Show(elevation, () => talk.Output.Line($"{elevation.Text("id")}: {elevation.Text("actor")} is {elevation.Text("level")} for {elevation.Text("target")} until {elevation.Time("expiresAt")}."));
            return ExitCodes.Ok;
        });
    }

    private static Command End()
    {
        Argument<Guid> id = new("id") { Description = "The elevation" };
        return new Command("end", "End an elevation before its time") { id }.Does(async talk =>
        {
            var elevation = await talk.SendAsync(HttpMethod.Delete, $"api/elevations/{talk.Value(id)}");
            talk.Output.Show(elevation, () => talk.Output.Line($"Ended at {elevation.Time("endedAt")}."));
            return ExitCodes.Ok;
        });
    }
}
