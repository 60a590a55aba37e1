using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward status</c>: how things are, on one screen.</summary>
internal static class StatusCommand
{
    public static Command Build() => new Command("status", "How things are: health, stops, what waits for you").Does(async talk =>
    {
        var health = await talk.Server.HealthAsync(talk.Cancellation);
        var healthy = health.Text("status") == "healthy";
        var document = new JsonObject { ["url"] = talk.Server.Address.ToString(), ["health"] = health };
        if (!talk.Server.HasKey)
        {
            talk.Output.Show(document, () =>
            {
                ShowHealth(talk, health);
                talk.Output.Line($"Set {ServerClient.KeyVariable} to see more.");
            });
            return healthy ? ExitCodes.Ok : ExitCodes.Failed;
        }

        var stop = await talk.GetAsync("api/stop");
        var approvals = await talk.GetAsync("api/approvals?state=pending&limit=500");
        var dead = await talk.GetAsync("api/work?state=dead&limit=500");
        var open = (await talk.GetAsync("api/findings?state=open&limit=500")).Items();
        var policy = await talk.GetAsync("api/policy");
        var watching = (await talk.GetAsync("api/work?kind=operations.watch&limit=1")).Items() is [var loop, ..] ? loop.Text("result") : null;
        var (waiting, letters) = (approvals.Items().Count, dead.Items().Count);
        document["stop"] = stop;
        document["approvalsPending"] = waiting;
        document["findingsOpen"] = open.Count;
        document["workDead"] = letters;
        document["watching"] = watching;
        document["policyVersion"] = policy.Text("version");
        document["policyMistake"] = policy.Text("mistake");
        talk.Output.Show(document, () =>
        {
            ShowHealth(talk, health);
            talk.Output.Facts(
                ("policy   ", policy.Text("version")),
                ("watching", watching ?? "the first turn has not ended"),
                ("findings", open.Count == 0 ? "nothing is wrong" : $"{open.Count} have not ended, {open.Count(one => one.Text("state") == "waiting")} of them wait: steward findings --state open"),
                ("approvals", waiting == 0 ? "none waits for you" : $"{waiting} wait for a person: steward approvals list"),
                ("work", letters == 0 ? "no dead letters" : $"{letters} dead letters: steward work list --state dead"));
            if (policy.Text("mistake") is { Length: > 0 } mistake)
            {
                talk.Output.Line($"MISTAKE    The policy file as it stands is refused; the one before is in force. {mistake}");
            }

            foreach (var on in stop["switches"]!.AsArray())
            {
                talk.Output.Line($"STOPPED    {on.Text("covers")} since {on.Time("raisedAt")} by {on.Text("raisedBy")}: {on.Text("reason")}");
            }
        });
        return healthy ? ExitCodes.Ok : ExitCodes.Failed;
    });

    private static void ShowHealth(Talk talk, JsonNode health) => talk.Output.Facts(
        ("server   ", $"{talk.Server.Address} ({health.Text("version")})"), ("health", health.Text("status")), ("database", health.Text("database")));
}
