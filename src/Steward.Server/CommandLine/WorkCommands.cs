using System.CommandLine;

namespace Steward.Server.CommandLine;

/// <summary><c>steward work</c>: the ledger, and its dead letters.</summary>
internal static class WorkCommands
{
    public static Command Build()
    {
        Option<string?> state = new("--state") { Description = "Only those of one state: pending, running, succeeded, failed, dead, cancelled" };
        Option<string?> kind = new("--kind") { Description = "Only those of one kind" };
        return new Command("work", "The work ledger and its dead letters")
        {
            Lists.Command("list", "Work items, newest first", "api/work", [("state", state), ("kind", kind)], "There is no such work.",
                ("id", item => item.Text("id")),
                ("kind", item => item.Text("kind")),
                ("state", item => item.Text("state")),
                ("attempt", item => $"{item.Text("attempt")}/{item.Text("maxAttempts")}"),
                ("due", item => item.Time("dueAt")),
                ("result", item => item.Text("result"))),
            Change("retry", "Give a dead, failed or cancelled item a fresh set of attempts"),
            Change("drop", "Call off a dead item, or a pending one that nothing else waits for"),
        };
    }

    private static Command Change(string verb, string description)
    {
        Argument<Guid> id = new("id") { Description = "The work item" };
        return new Command(verb, description) { id }.Does(async talk =>
        {
            var item = await talk.SendAsync(HttpMethod.Post, $"api/work/{talk.Value(id)}/{verb}");
            talk.Output.Show(item, () => talk.Output.Line($"{item.Text("kind")} {item.Text("id")} is {item.Text("state")}."));
            return ExitCodes.Ok;
        });
    }
}
