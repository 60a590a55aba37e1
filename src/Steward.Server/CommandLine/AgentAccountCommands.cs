using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward agents logs|usage|skips</c>: what an agent has said and used, and when it did not run.</summary>
internal static class AgentAccountCommands
{
    public static Command Logs()
    {
        var name = AgentCommands.Name();
        return new Command("logs", "What the last run of an agent said") { name, RunCommands.Follow }.Does(async talk =>
        {
            var runs = (await talk.GetAsync($"api/tasks{Lists.Query(("agent", talk.Value(name)))}")).Items();
            // One that waits for its turn, or was skipped, has said nothing.
            if (runs.FirstOrDefault(run => run.Text("startedAt") is not null) is { } last)
            {
                return await RunCommands.LogsAsync(talk, last.Text("id")!);
            }

            talk.Output.Show(new JsonObject { ["items"] = new JsonArray(), ["next"] = null }, () => talk.Output.Line($"{talk.Value(name)} has not run yet. Run it: steward agents run {talk.Value(name)}"));
            return ExitCodes.Ok;
        });
    }

    public static Command Usage() => OfAgent("usage", "usage", "How an agent has used its tools", "It has used none.",
        ("tool", use => use.Text("tool")),
        ("calls", use => use.Text("calls")),
        ("refused", use => use.Text("refused")),
        ("failed", use => use.Text("failed")),
        ("time", use => string.Create(CultureInfo.InvariantCulture, $"{use?["milliseconds"]?.GetValue<double>() ?? 0:0} ms")),
        ("tokens in/out", use => use?["model"] is { } asked ? $"{asked["tokensIn"]}/{asked["tokensOut"]}" : ""),
        ("cost", use => use?["model"]?["dollars"]?.GetValue<double>() is { } dollars ? string.Create(CultureInfo.InvariantCulture, $"${dollars:0.0000}") : ""));

    public static Command Skips() => OfAgent("skips", "skips", "The times at which an agent did not run, and why", "It has skipped none.",
        ("from", skip => skip.Time("firstAt")),
        ("to", skip => skip.Time("lastAt")),
        ("times", skip => skip.Text("occurrences")),
        ("reason", skip => skip.Text("reason")));

    private static Command OfAgent(string verb, string list, string description, string whenEmpty, params (string Heading, Func<JsonNode?, string?> Cell)[] columns)
    {
        var name = AgentCommands.Name();
        return new Command(verb, description) { name }.Does(async talk =>
        {
            var page = await talk.GetAsync($"api/agents/{Uri.EscapeDataString(talk.Value(name))}/{list}");
            talk.Output.Show(page, () => talk.Output.Table(
                [.. columns.Select(column => column.Heading)], [.. page.Items().Select(item => columns.Select(column => column.Cell(item)).ToList())], whenEmpty));
            return ExitCodes.Ok;
        });
    }
}
