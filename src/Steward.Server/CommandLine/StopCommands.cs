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
