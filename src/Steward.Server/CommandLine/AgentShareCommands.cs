using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Kernel;

namespace Steward.Server.CommandLine;

/// <summary><c>steward agents export|import|signer</c>: agents as signed files, and whose files are taken.</summary>
internal static class AgentShareCommands
{
    // As much as the server takes.
    private const int LongestFile = 4_000_000;

    private static readonly JsonSerializerOptions Indented = new(Json.Options) { WriteIndented = true };

    public static Command Export()
    {
        var name = AgentCommands.Name();
        Option<string?> to = new("--out") { Description = "The file; without it NAME.agent.json", HelpName = "FILE" };
        Option<bool> force = new("--force") { Description = "Write over a file that is there" };
        return new Command("export", "Write an agent into one file, without secrets, signed by the server") { name, to, force }.Does(async talk =>
        {
            var agent = await talk.GetAsync($"api/agents/{Uri.EscapeDataString(talk.Value(name))}/export");
            var path = talk.Value(to) ?? $"{Safe(agent["agent"].Text("name"))}.agent.json";
            await WriteAsync(path, agent.ToJsonString(Indented) + "\n", talk.Value(force), talk.Cancellation);
            var missing = agent["agent"]?["missing"]?.AsArray() ?? [];
            talk.Output.Show(new JsonObject { ["file"] = path, ["missing"] = missing.DeepClone(), ["signer"] = agent["signer"].Text("fingerprint") }, () =>
            {
                talk.Output.Line($"{path} holds version {agent["agent"].Text("version")} of {agent["agent"].Text("name")}, signed by {agent["signer"].Text("fingerprint")}.");
                if (missing.Count > 0)
                {
                    talk.Output.Line($"Left out, because they are secrets: {string.Join(", ", missing)}. Whoever imports it sets them.");
                }
            });
            return ExitCodes.Ok;
        });
    }

    public static Command Import()
    {
        Argument<string> file = new("file") { Description = "A file of 'steward agents export'", HelpName = "FILE" };
        Option<string?> name = new("--name") { Description = "Its name here; without it that of the file" };
        Option<string[]> set = new("--set") { Description = "The value of a setting, in place of the file's or because that leaves it out", HelpName = "NAME=VALUE", AllowMultipleArgumentsPerToken = false };
        Option<string?> trust = new("--trust") { Description = "The fingerprint of the server that signed it, which its owner told you: its files are taken from now on", HelpName = "FINGERPRINT" };
        Option<bool> yes = new("--yes") { Description = "Import it; without this it is only shown" };
        return new Command("import", "Make an agent of a file: its signature is checked, and then it is compiled and tested as every agent") { file, name, set, trust, yes }.Does(async talk =>
        {
            var wish = new JsonObject { ["file"] = await ReadAsync(talk.Value(file), talk.Cancellation), ["name"] = talk.Value(name), ["settings"] = AgentCommands.Settings(talk.Value(set) ?? []), ["trust"] = talk.Value(trust) };
            if (!talk.Value(yes))
            {
                var about = await talk.SendAsync(HttpMethod.Post, "api/agents/import/check", wish);
                talk.Output.Show(about, () => Print(talk.Output, about));
                // Nothing was made: a script that forgot the option must not go on.
                return ExitCodes.Failed;
            }

            var agent = await talk.SendAsync(HttpMethod.Post, "api/agents/import", wish);
            talk.Output.Show(agent, () =>
            {
                talk.Output.Line($"{agent.Text("name")} is made, version {agent.Text("version")}.");
                talk.Output.Line($"Run it now: steward agents run {agent.Text("name")}");
            });
            return ExitCodes.Ok;
        });
    }

    public static Command Signer()
    {
        Option<string?> forget = new("--forget") { Description = "Trust the files of a server no longer", HelpName = "FINGERPRINT" };
        return new Command("signer", "By what others know the files of this server, and whose files are taken here") { forget, Lists.Limit, Lists.After }.Does(async talk =>
        {
            if (talk.Value(forget) is { } fingerprint)
            {
                var forgotten = await talk.SendAsync(HttpMethod.Delete, $"api/agents/signers/{Uri.EscapeDataString(fingerprint)}");
                talk.Output.Show(forgotten, () => talk.Output.Line($"{forgotten.Text("fingerprint")} is trusted no longer. Agents that were made from its files stay."));
                return ExitCodes.Ok;
            }

            var own = await talk.GetAsync("api/agents/signer");
            var page = await talk.GetAsync($"api/agents/signers{Lists.Query(("limit", talk.Value(Lists.Limit)?.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("after", talk.Value(Lists.After)))}");
            talk.Output.Show(new JsonObject { ["own"] = own.DeepClone(), ["trusted"] = page.DeepClone() }, () =>
            {
                talk.Output.Line($"This server signs as {own.Text("fingerprint")}.");
                talk.Output.Table(["trusted", "by", "since"], [.. page.Items().Select(one => new[] { one.Text("fingerprint"), one.Text("trustedBy"), one.Time("trustedAt") })], "No other server's files were trusted yet.");
                if (page.Text("next") is { } next)
                {
                    talk.Output.Line($"There is more: --after {next}");
                }
            });
            return ExitCodes.Ok;
        });
    }

    // What a server says is data, also where it becomes a file's name.
    private static string Safe(string? name) => string.Concat((name ?? "").Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-').Take(60));

    private static void Print(Output output, JsonNode about)
    {
        var signer = about["signer"];
        output.Line($"{about.Text("name")}, version {about.Text("version")}: {about.Text("purpose")}");
        output.Line($"  made      {about.Time("madeAt")} by {about.Text("madeBy")}, written to the file {about.Time("exportedAt")}");
        output.Line($"  signed by {signer.Text("fingerprint")} ({(signer.Text("isOwn") == "true" ? "this server" : signer.Text("isKnown") == "true" ? "trusted here" : "NOT KNOWN here")}), and not altered since");
        if (about["schedule"] is { } schedule)
        {
            output.Line($"  schedule  {schedule.Text("cron", "every", "at")}, in place of what it declares");
        }

        AgentDiffCommand.Changes(output, about["declares"]!.AsArray());
        foreach (var setting in about["missing"]!.AsArray())
        {
            output.Line($"  ! the file leaves out the secret '{setting}': --set {setting}=...");
        }

        output.Line($"Nothing was made. To import it, add --yes{(signer.Text("isKnown") == "true" ? "" : $" and, once its owner has told you that this is theirs, --trust {signer.Text("fingerprint")}")}.");
    }

    private static async Task<JsonNode> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > LongestFile } large
                ? throw new CommandFailure(ExitCodes.Usage, $"{path} has {large.Length} bytes; no agent has more than {LongestFile}.")
                : JsonNode.Parse(await File.ReadAllBytesAsync(path, cancellationToken), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                    ?? throw new CommandFailure(ExitCodes.Usage, $"{path} holds no agent: that is a JSON object.");
        }
        catch (JsonException e)
        {
            throw new CommandFailure(ExitCodes.Usage, $"{path} is not JSON, or not whole: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCodes.Usage, $"{path} cannot be read: {e.Message}");
        }
    }

    private static async Task WriteAsync(string path, string text, bool force, CancellationToken cancellationToken)
    {
        try
        {
            if (!force && (File.Exists(path) || Directory.Exists(path)))
            {
                throw new CommandFailure(ExitCodes.Failed, $"There is {path} already: name another file with --out, or add --force.");
            }

            // In one step, and over a link rather than through it.
            var whole = $"{path}.{Environment.ProcessId}.tmp";
            await File.WriteAllTextAsync(whole, text, cancellationToken);
            File.Move(whole, path, overwrite: force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCodes.Failed, $"{path} cannot be written: {e.Message}");
        }
    }
}
