using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward stop</c> and <c>resume</c>: the kill switch.</summary>
internal static class StopCommands
{
    public static IEnumerable<Command> Build()
    {
        Option<string?> service = new("--service") { Description = "Only this service" };
        Option<string?> actor = new("--actor") { Description = "Only this actor, such as agent:tesla-watch" };
        Option<string> why = new("--reason") { Description = "Why; whoever finds things stopped needs to know", Required = true };
        yield return new Command("stop", "Raise the kill switch: nothing acts until it is lifted") { service, actor, why }.Does(async talk =>
        {
            var body = new JsonObject { ["reason"] = talk.Value(why) };
            foreach (var (name, value) in new[] { ("service", talk.Value(service)), ("actor", talk.Value(actor)) })
            {
                if (value is not null)
                {
                    body[name] = value;
                }
            }

            var stop = await talk.SendAsync(HttpMethod.Post, "api/stop", body);
            talk.Output.Show(stop, () => talk.Output.Line($"Stopped {stop.Text("covers")} since {stop.Time("raisedAt")} by {stop.Text("raisedBy")}: {stop.Text("reason")}"));
            if (talk.Value(service) is { } named && !(await talk.GetAsync("api/services?limit=500")).Items().Any(one => one.Text("name") == named))
            {
                // A stop for a service that is yet to come is meant sometimes; a misspelt name in an emergency never is.
                talk.Output.Line($"No watched service is called '{named}'. If that is a slip of the pen, nothing else was stopped: see steward services.");
            }

            return ExitCodes.Ok;
        });

        Option<string?> reason = new("--reason") { Description = "Why" };
        yield return new Command("resume", "Lift the kill switch") { service, actor, reason }.Does(async talk =>
        {
            var stop = await talk.SendAsync(HttpMethod.Delete, "api/stop" +
                Lists.Query(("service", talk.Value(service)), ("actor", talk.Value(actor)), ("reason", talk.Value(reason))));
            talk.Output.Show(stop, () => talk.Output.Line($"Lifted the stop of {stop.Text("covers")}."));
            return ExitCodes.Ok;
        });
    }
}
