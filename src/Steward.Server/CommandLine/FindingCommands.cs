using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward findings</c>: what was found wrong, and why it happened as far as a log says.</summary>
internal static class FindingCommands
{
    public static Command Build()
    {
        Option<string?> service = new("--service") { Description = "Only those of one service" };
        Option<string?> state = new("--state") { Description = "Only those of one state: open (all that have not ended), waiting, recovering, recovered, closed, stuck" };
        var command = Lists.Command("findings", "What was found wrong, newest first", "api/findings", [("service", service), ("state", state)], "Nothing was found wrong.",
            ("id", finding => finding.Text("id")),
            ("service", finding => finding.Text("service")),
            ("kind", finding => finding.Text("kind")),
            ("severity", finding => finding.Text("severity")),
            ("state", finding => finding.Text("state")),
            ("at", finding => finding.Time("openedAt")),
            ("finding", finding => finding.Text("summary")),
            ("cause", finding => finding?["rootCause"].Text("meaning")));
        command.Add(Show());
        command.Add(Close());
        return command;
    }

    private static Command Show()
    {
        Argument<Guid> id = new("id") { Description = "The finding" };
        return new Command("show", "One finding with its evidence, and its cause with the lines of the log") { id }.Does(async talk =>
        {
            var finding = await talk.GetAsync($"api/findings/{talk.Value(id)}");
            talk.Output.Show(finding, () =>
            {
                talk.Output.Facts(
                    ("finding", finding.Text("summary")),
                    ("service", finding.Text("service")),
                    ("severity", finding.Text("severity")),
                    ("state", finding.Text("state")),
                    ("outcome", finding.Text("outcome")),
                    ("at", finding.Time("openedAt")),
                    ("ended", finding.Time("closedAt")),
                    ("correlation", finding.Text("correlationId")),
                    ("more", finding.Text("link")));
                Quote(talk.Output, "Evidence:", Texts(finding["evidence"]));
                if (finding["rootCause"] is { } cause)
                {
                    PrintCause(talk.Output, cause);
                }
            });
            return ExitCodes.Ok;
        });
    }

    private static Command Close()
    {
        Argument<Guid> id = new("id") { Description = "The finding" };
        Option<string?> reason = new("--reason") { Description = "Why; people who heard of it read it" };
        return new Command("close", "Say that a finding is over; the same occurrence is not found again") { id, reason }.Does(async talk =>
        {
            var finding = await talk.SendAsync(HttpMethod.Post, $"api/findings/{talk.Value(id)}/close", new JsonObject { ["reason"] = talk.Value(reason) });
            talk.Output.Show(finding, () => talk.Output.Line($"Over: {finding.Text("summary")}"));
            return ExitCodes.Ok;
        });
    }

    private static void PrintCause(Output output, JsonNode cause)
    {
        output.Line($"Cause: {cause.Text("meaning")} {cause.Text("advice")}");
        Quote(output, "From the log (data from outside, secrets removed):", Texts(cause["lines"]));
        var summary = cause["summary"];
        if (summary.Text("text") is { } text)
        {
            Quote(output, $"The words of the model {summary.Text("model")} about the lines above (not verified; nothing acts on them):", text.Split('\n'));
        }
        else if (summary.Text("missing") is { } missing)
        {
            output.Line($"No summary of the model {summary.Text("model")}: {missing}");
        }
    }

    private static void Quote(Output output, string heading, IEnumerable<string> lines)
    {
        output.Line(heading);
        foreach (var line in lines)
        {
            output.Line($"  | {line}");
        }
    }

    private static IEnumerable<string> Texts(JsonNode? list) => list is JsonArray array ? array.Select(one => one?.ToString() ?? "") : [];
}
