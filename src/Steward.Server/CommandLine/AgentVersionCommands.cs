using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Kernel;

namespace Steward.Server.CommandLine;

/// <summary><c>steward agents update|versions|rollback</c>: each change is a version, and an earlier one can run again.</summary>
internal static class AgentVersionCommands
{
    public static Command Update()
    {
        var name = AgentCommands.Name();
        Option<string?> file = new("--file") { Description = "Another source", HelpName = "FILE" };
        Option<string[]> set = new("--set") { Description = "The value of a setting; those that are not named stay", HelpName = "NAME=VALUE", AllowMultipleArgumentsPerToken = false };
        Option<bool> declared = new("--as-declared") { Description = "Let it run again when its source says" };
        return new Command("update", "Give an agent another source, other settings or another schedule, as a new version") { name, file, set, AgentCommands.Cron, AgentCommands.Every, AgentCommands.Zone, declared }.Does(async talk =>
        {
            var path = $"api/agents/{Uri.EscapeDataString(talk.Value(name))}";
            var update = talk.Value(file) is { } source
                ? new JsonObject { ["source"] = await AgentCommands.ReadAsync(source, talk.Cancellation), ["language"] = AgentCommands.Language(source) }
                : [];
            update["schedule"] = talk.Value(declared) ? "declared" : AgentCommands.Schedule(talk);
            if (talk.Value(set) is { Length: > 0 } pairs)
            {
                update["set"] = AgentCommands.Settings(pairs);
            }

            if (update.All(member => member.Value is null))
            {
                throw new CommandFailure(ExitCodes.Usage, "Say what is to be changed: --file, --set, --cron, --every, --as-declared.");
            }

            var agent = await talk.SendAsync(HttpMethod.Put, path, update);
            talk.Output.Show(agent, () => talk.Output.Line($"{agent.Text("name")} runs version {agent.Text("version")} from now on."));
            return ExitCodes.Ok;
        });
    }

    public static Command List()
    {
        var name = AgentCommands.Name();
        return new Command("versions", "The versions of an agent, newest first") { name, Lists.Limit, Lists.After }.Does(async talk =>
        {
            var path = $"api/agents/{Uri.EscapeDataString(talk.Value(name))}";
            var now = (await talk.GetAsync(path))["agent"].Text("version");
            var page = await talk.GetAsync($"{path}/versions{Lists.Query(("limit", talk.Value(Lists.Limit)?.ToString(CultureInfo.InvariantCulture)), ("after", talk.Value(Lists.After)))}");
            talk.Output.Show(page, () => talk.Output.Table(["version", "made", "by", "settings", "schedule", "purpose"],
                [.. page.Items().Select(version => new List<string?>
                {
                    version.Text("version") == now ? $"{now} (runs)" : version.Text("version"), version.Time("madeAt"), version.Text("madeBy"),
                    Shown(version?["settings"]), AgentCommands.When(version?["schedule"] ?? version?["declaration"]?["schedule"]), version?["declaration"].Text("purpose"),
                })], "There are none."));
            return ExitCodes.Ok;
        });
    }

    // As much of it as tells one from another.
    private static string Shown(JsonNode? settings)
    {
        const int Longest = 100;
        return string.Join(", ", (settings as JsonObject ?? []).Select(setting => $"{setting.Key}={setting.Value}")).Cut(Longest, "...");
    }

    public static Command RollBack()
    {
        var name = AgentCommands.Name();
        Option<int?> to = new("--to") { Description = "The version; without it the one before the one that runs" };
        return new Command("rollback", "Let an earlier version of an agent run again, with its settings and its schedule") { name, to }.Does(async talk =>
        {
            var path = $"api/agents/{Uri.EscapeDataString(talk.Value(name))}";
            var runs = (int?)(await talk.GetAsync(path))["agent"]?["version"] ?? 1;
            var wanted = talk.Value(to) ?? runs - 1;
            if (wanted < 1)
            {
                throw new CommandFailure(ExitCodes.Usage, $"{talk.Value(name)} runs its first version: there is none before it.");
            }

            var agent = await talk.SendAsync(HttpMethod.Post, $"{path}/versions/{wanted}/activate");
            talk.Output.Show(agent, () => talk.Output.Line($"{agent.Text("name")} runs version {agent.Text("version")} from now on; it was {runs}."));
            return ExitCodes.Ok;
        });
    }
}
