using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward agents gallery</c>: what agents can be made from, and how those that are there do.</summary>
internal static class AgentGalleryCommand
{
    private const int ShownOfFingerprint = 12;

    public static Command Build() => new Command("gallery", "Templates, and the agents that are there with their runs, tool calls and costs of the last 30 days") { Lists.Limit, Lists.After }.Does(async talk =>
    {
        var page = await talk.GetAsync($"api/agents/gallery{Lists.Query(("limit", talk.Value(Lists.Limit)?.ToString(CultureInfo.InvariantCulture)), ("after", talk.Value(Lists.After)))}");
        talk.Output.Show(page, () =>
        {
            if (page["templates"] is JsonArray { Count: > 0 } templates)
            {
                talk.Output.Table(["template", "does", "tools", "runs", "needs"], [.. templates.Select(template => new[]
                {
                    template.Text("name"), template.Text("purpose"), Words(template?["tools"]), When(template),
                    string.Join(", ", template!["settings"]!.AsObject().Where(setting => setting.Value?["default"] is null).Select(setting => setting.Key)),
                })], "");
                talk.Output.Line("");
            }

            talk.Output.Table(["agent", "does", "tools", "from", "state", "runs", "well", "last run", "calls", "tokens in/out", "cost"], [.. page.Items().Select(Row)],
                "There is no agent yet. Make one: steward agents create --template uptime --set url=https://example.org");
            talk.Output.Line($"Runs, calls, tokens and costs since {page.Time("since")}.");
            if (page.Text("next") is { } next)
            {
                talk.Output.Line($"There is more: --after {next}");
            }
        });
        return ExitCodes.Ok;
    });

    private static string?[] Row(JsonNode? agent)
    {
        var (runs, last, model) = (agent!["runs"], agent["lastRun"], agent["model"]);
        return
        [
            agent.Text("name"), agent.Text("purpose"), Words(agent["tools"]), Origin(agent["origin"]), agent.Text("state"), runs.Text("total"),
            runs?["successRate"]?.GetValue<double>() is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate * 100:0.#} %") : "",
            last is null ? "never" : $"{last.Text("state")}, {last.Time("at")}", agent.Text("toolCalls"), $"{model.Text("tokensIn")}/{model.Text("tokensOut")}", Cost(model),
        ];
    }

    private static string Origin(JsonNode? origin) =>
        origin.Text("template") is { } template ? $"template {template}" : origin.Text("signer") is { } signer ? $"a file of {signer[..Math.Min(ShownOfFingerprint, signer.Length)]}" : origin.Text("madeBy") is { } by && by != origin.Text("by") ? by : "source";

    // What nobody knows is not nothing.
    private static string Cost(JsonNode? model) => model?["dollars"]?.GetValue<double>() is { } dollars ? string.Create(CultureInfo.InvariantCulture, $"${dollars:0.0000}") : "unknown";

    private static string When(JsonNode? of) => of?["schedule"] is { } schedule ? schedule.Text("cron", "every", "at") ?? "" : "when started";

    private static string Words(JsonNode? list) => string.Join(", ", (list as JsonArray ?? []).Select(one => one?.ToString()));
}
