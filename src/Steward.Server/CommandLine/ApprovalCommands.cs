using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward approvals</c>: decide on the calls that need a person.</summary>
internal static class ApprovalCommands
{
    public static Command Build()
    {
        Option<string?> state = new("--state") { Description = "Only those of one state: pending, approved, used, denied, expired, void" };
        return new Command("approvals", "Decide on the calls that need a person")
        {
            Lists.Command("list", "Approvals, newest first", "api/approvals", [("state", state)], "There are no approvals.",
                ("id", approval => approval.Text("id")),
                ("state", approval => approval.Text("state")),
                ("action", approval => approval.Text("action")),
                ("target", approval => approval.Text("target")),
                ("actor", approval => approval.Text("actor")),
                ("until", approval => approval.Time("expiresAt")),
                ("reason", approval => approval.Text("reason"))),
            Show(),
            Decide("approve", "Say yes to the exact call, once"),
            Decide("deny", "Say no to the call"),
        };
    }

    private static Command Show()
    {
        Argument<Guid> id = new("id") { Description = "The approval" };
        return new Command("show", "One approval: the exact call, why it is wanted and on what evidence") { id }.Does(async talk =>
        {
            var approval = await talk.GetAsync($"api/approvals/{talk.Value(id)}");
            talk.Output.Show(approval, () => Print(talk.Output, approval));
            return ExitCodes.Ok;
        });
    }

    private static Command Decide(string verb, string description)
    {
        Argument<Guid> id = new("id") { Description = "The approval" };
        Option<string?> reason = new("--reason") { Description = "Why" };
        return new Command(verb, description) { id, reason }.Does(async talk =>
        {
            var body = new JsonObject();
            if (talk.Value(reason) is { } why)
            {
                body["reason"] = why;
            }

            var approval = await talk.SendAsync(HttpMethod.Post, $"api/approvals/{talk.Value(id)}/{verb}", body);
            talk.Output.Show(approval, () => talk.Output.Line($"{approval.Text("state")} by {approval.Text("decidedBy")}: {approval.Text("action")} on {approval.Text("target")}"));
            return ExitCodes.Ok;
        });
    }

    private static void Print(Output output, JsonNode approval)
    {
        output.Facts(
            ("state", approval.Text("state")),
            ("action", approval.Text("action")),
            ("target", approval.Text("target")),
            ("service", approval.Text("service")),
            ("arguments", approval.Text("arguments")),
            ("actor", approval.Text("actor")),
            ("reason", approval.Text("reason")),
            ("confidence", approval.Text("confidence")),
            ("rule", $"{approval.Text("rule")}: {approval.Text("because")}"),
            ("asked", approval.Time("requestedAt")),
            ("expires", approval.Time("expiresAt")),
            ("decided", approval.Text("decidedBy") is { } by ? $"{by} at {approval.Time("decidedAt")} {approval.Text("decisionReason")}" : null),
            ("hash", approval.Text("hash")));
        foreach (var line in approval["evidence"] as JsonArray ?? [])
        {
            output.Line($"evidence    {line}");
        }
    }
}
