using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward models</c>: which model is asked for what, and what that costs.</summary>
internal static class ModelCommands
{
    public static Command Build() => new Command("models", "Which model is asked for which task, what it costs, what was spent, and what is left of the budgets").Does(async talk =>
    {
        var report = await talk.GetAsync("api/models/spend");
        talk.Output.Show(report, () => Print(talk.Output, report));
        return ExitCodes.Ok;
    });

    private static void Print(Output output, JsonNode report)
    {
        if (report.Text("advice") is { } advice)
        {
            output.Line(advice);
        }
        else
        {
            output.Table(["task", "model", "at", "$/M in", "$/M out", "price from"],
                [.. Items(report, "models").Select(one => new[]
                {
                    one.Text("place") == "0" ? one.Text("task") : "  else", one.Text("model"), one.Text("host"), one?["price"].Text("in"), one?["price"].Text("out"), one.Text("priceFrom"),
                })], "");
        }

        output.Table(["budget", "dollars", "spent", "left"],
            [.. Items(report, "bounds").Select(one => new[] { one.Text("setting"), Dollars(one?["dollars"]) ?? "no bound", Dollars(one?["spent"]), Dollars(one?["left"]) })], "");
        output.Table(["in 24 hours", "questions", "tokens in", "tokens out", "dollars", "unanswered"],
            [.. Items(report, "dayByAccount").Concat(Items(report, "dayByModel")).Select(Sum)], "Nothing was asked in 24 hours.");
        output.Line($"In all: {report["all"].Text("questions")} questions, {Dollars(report["all"]?["dollars"])}.");
    }

    private static string?[] Sum(JsonNode? sum) =>
        [sum.Text("name"), sum.Text("questions"), sum.Text("tokensIn"), sum.Text("tokensOut"), Dollars(sum?["dollars"]), sum.Text("unanswered")];

    private static IEnumerable<JsonNode?> Items(JsonNode report, string name) => report[name] as JsonArray ?? [];

    private static string? Dollars(JsonNode? dollars) => dollars is JsonValue value && value.TryGetValue(out double amount) ? $"${amount.ToString("0.00##", CultureInfo.InvariantCulture)}" : null;
}
